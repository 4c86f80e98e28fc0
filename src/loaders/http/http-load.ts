import { createHash } from 'node:crypto';
import { JsonValue, textOf } from '../../../shared/json';
import type { OutboundHost } from '../../catalog/catalog-scope';
import { TransientStatusError } from '../../outbound/http-errors';
import type { HttpMethod, OutboundResponse } from '../../outbound/outbound-http';
import { asDataHubError, DataHubError, TransientError, UserError } from '../../sdk/errors';
import type { DirectLoader, DirectLoadResult, LoadPlace } from '../../sdk/loader';
import { reject } from '../../sdk/outcome';
import type { PipelineRecord } from '../../sdk/record';
import { HttpAnswer } from './http-answer';
import { Login, loginOf } from './http-login';
import type { HttpSettings } from './http-settings';

/** What is said of one record. */
export interface HttpItem {
    url: string;
    value: JsonValue;
}

/** What is sent, and what an answer means. */
export interface HttpProtocol {
    method: HttpMethod;
    counts: 'created' | 'updated';
    /** Throws a UserError when the record cannot be sent. */
    itemOf(record: PipelineRecord): HttpItem;
    /** Of one request; with `single` there is one item. */
    bodyOf(items: readonly HttpItem[]): JsonValue;
    /** What the answer says against each of `count` records; undefined: nothing. */
    refusalsOf(answer: HttpAnswer, count: number): (DataHubError | undefined)[];
}

interface Sendable {
    record: PipelineRecord;
    item: HttpItem;
    position: number;
}

/** Batches whose answers are kept, in case the shop's database makes them be written again. */
const KEPT_BATCHES = 64;
const MAX_ANSWER_BYTES = 5 * 1024 * 1024;

/** Sends the records of a step to another system, request by request in their order. */
export class HttpLoad implements DirectLoader {
    /** Answers that took a record, by batch and by idempotency key. */
    private readonly answered = new Map<string, Map<string, (DataHubError | undefined)[]>>();

    private constructor(
        private readonly host: OutboundHost,
        private readonly settings: HttpSettings,
        private readonly protocol: HttpProtocol,
        private readonly login: Login,
    ) {}

    static async open(host: OutboundHost, settings: HttpSettings, protocol: HttpProtocol): Promise<HttpLoad> {
        const login = await loginOf(settings, code => host.secretOf(code));
        return new HttpLoad(host, settings, protocol, login);
    }

    async load(records: readonly PipelineRecord[], _scope: unknown, place: LoadPlace): Promise<DirectLoadResult> {
        const { sendable, result } = this.prepared(records, record => place.positionOf(record));
        const answered = this.answersOf(place);
        for (const group of this.groupsOf(sendable)) {
            const key = this.keyOf(group, place);
            const refusals = answered.get(key) ?? (await this.send(group, key));
            // What was refused as a whole may be tried again, as the step's onError says.
            if (refusals.some(error => error === undefined)) answered.set(key, refusals);
            group.forEach(({ record }, i) => {
                const error = refusals[i];
                if (error) result.rejected.push({ record, rejected: reject(error) });
                else result[this.protocol.counts]++;
            });
        }
        return result;
    }

    plan(records: readonly PipelineRecord[]): Promise<DirectLoadResult> {
        const { sendable, result } = this.prepared(records, () => 0);
        result[this.protocol.counts] = sendable.length;
        return Promise.resolve(result);
    }

    private prepared(records: readonly PipelineRecord[], positionOf: (record: PipelineRecord) => number) {
        const result: DirectLoadResult = { created: 0, updated: 0, unchanged: 0, rejected: [] };
        const sendable: Sendable[] = [];
        for (const record of records) {
            try {
                sendable.push({ record, item: this.protocol.itemOf(record), position: positionOf(record) });
            } catch (thrown) {
                result.rejected.push({ record, rejected: reject(asDataHubError(thrown)) });
            }
        }
        return { sendable, result };
    }

    private *groupsOf(sendable: readonly Sendable[]): Generator<Sendable[]> {
        const size = this.settings.batchMode === 'single' ? 1 : this.settings.maxBatchSize;
        for (let start = 0; start < sendable.length; start += size) yield sendable.slice(start, start + size);
    }

    /** Throws what concerns every record: the run tries again later, and fails in the end. */
    private async send(group: readonly Sendable[], idempotencyKey: string): Promise<(DataHubError | undefined)[]> {
        const { url } = group[0]!.item;
        let response: OutboundResponse;
        try {
            response = await this.host.http.request({
                url,
                method: this.protocol.method,
                headers: { ...this.settings.headers, ...this.login.headers },
                json: this.protocol.bodyOf(group.map(({ item }) => item)),
                idempotencyKey,
                attempts: this.settings.retries + 1,
                timeoutMs: this.settings.timeoutMs,
                maxBytes: MAX_ANSWER_BYTES,
                accepts: isAnswer,
            });
        } catch (thrown) {
            const error = asDataHubError(thrown);
            // The host is that of the settings, and names vanish for a while, too.
            if (error.code === 'host-not-found') throw hostNotFound(error);
            // A record may be the cause; were it not, the next ones would fail as well and open the circuit.
            const isAboutRecords =
                error instanceof UserError || (error instanceof TransientStatusError && error.status === 500);
            if (!isAboutRecords) throw error;
            const { code, message, hint, place } = error.code === 'download-too-large' ? unreadable(error) : error;
            return group.map(() => new UserError(code, message, hint, place));
        }
        const answer = new HttpAnswer(url, response.status, response.body.toString(), this.login.secrets);
        if (answer.status === 401) throw notLoggedIn(answer);
        return this.protocol.refusalsOf(answer, group.length);
    }

    private answersOf({ step, batch }: LoadPlace): Map<string, (DataHubError | undefined)[]> {
        const name = JSON.stringify([step, batch]);
        const known = this.answered.get(name) ?? new Map<string, (DataHubError | undefined)[]>();
        this.answered.delete(name);
        this.answered.set(name, known);
        if (this.answered.size > KEPT_BATCHES) this.answered.delete(this.answered.keys().next().value!);
        return known;
    }

    /** The same for the same records of a run, in whatever process: so that a server can tell repetitions. */
    private keyOf(group: readonly Sendable[], { step, batch }: LoadPlace): string {
        const positions = group.map(({ position }) => position);
        return createHash('sha256')
            .update(JSON.stringify([this.host.runKey, step, batch, positions]))
            .digest('hex')
            .slice(0, 32);
    }
}

/** 408, 425 and 429 ask for patience. */
function isAnswer(status: number): boolean {
    return (status >= 200 && status < 300) || (status >= 400 && status < 500 && ![408, 425, 429].includes(status));
}

function hostNotFound({ code, message, place }: DataHubError): TransientError {
    return new TransientError(
        code,
        message,
        'Check the address of the step and the name server, and resume the run.',
        place,
    );
}

/** The server has answered, so it may have taken what was sent. */
function unreadable({ code, place }: DataHubError): UserError {
    return new UserError(
        code,
        `The answer of "${textOf(place.got)}" is larger than the ${MAX_ANSWER_BYTES} bytes that are read of it; whether the server has taken the records is not known.`,
        'Look there before you send them again, and make the server answer with less.',
        place,
    );
}

function notLoggedIn(answer: HttpAnswer): TransientError {
    const { code, message, place } = answer.refusal();
    return new TransientError(code, message, 'Check the login of the step and its secret, and resume the run.', place);
}
