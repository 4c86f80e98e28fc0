import type { DownloadedBody, OutboundHttp, OutboundRequest, OutboundResponse } from '../../outbound/outbound-http';
import type { UndiciOutboundHttp } from '../../outbound/undici-outbound-http';
import type { CircuitStatus } from '../../resilience/circuit';
import type { Telemetry } from './telemetry';

/** The door to other machines, with a span for each call, its repetitions included. Paths and queries stay out: they may hold keys. */
export class ObservedHttp implements OutboundHttp {
    constructor(
        private readonly http: UndiciOutboundHttp,
        private readonly telemetry: Telemetry,
    ) {}

    download(url: string, options?: Parameters<OutboundHttp['download']>[1]): Promise<DownloadedBody> {
        return this.telemetry.span('data_hub.http', attributesOf('GET', url), () => this.http.download(url, options));
    }

    request(request: OutboundRequest): Promise<OutboundResponse> {
        return this.telemetry.span('data_hub.http', attributesOf(request.method, request.url), async span => {
            const response = await this.http.request(request);
            span.set({ 'http.response.status_code': response.status });
            return response;
        });
    }

    states(): CircuitStatus[] {
        return this.http.states();
    }

    close(): Promise<void> {
        return this.http.close();
    }
}

function attributesOf(method: string | undefined, url: string) {
    const host = URL.canParse(url) ? { 'server.address': new URL(url).hostname } : {};
    return { 'http.request.method': method ?? 'GET', ...host };
}
