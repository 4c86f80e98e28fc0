import { LS_KEY_SELECTED_CHANNEL_TOKEN, LS_KEY_SESSION_TOKEN } from '@vendure/dashboard';
import { uiConfig } from 'virtual:vendure-ui-config';

/** Files go over REST. Asks with the session and the channel that the dashboard's own requests have. */
export async function fetchFromServer(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...sessionHeaders(), ...Object.fromEntries(new Headers(init.headers)) };
    const answer = await fetch(`${serverUrl()}${path}`, { ...init, headers, credentials: 'include' });
    if (!answer.ok) throw new Error(await problemOf(answer));
    return answer;
}

/** Fetches a file and hands it to the browser to be kept. */
export async function download(path: string, name: string): Promise<void> {
    const answer = await fetchFromServer(path);
    const url = URL.createObjectURL(await answer.blob());
    const link = Object.assign(document.createElement('a'), { href: url, download: name });
    link.click();
    URL.revokeObjectURL(url);
}

/** Who asks, and for which channel. */
export function sessionHeaders(): Record<string, string> {
    const session = localStorage.getItem(LS_KEY_SESSION_TOKEN);
    const channel = localStorage.getItem(LS_KEY_SELECTED_CHANNEL_TOKEN);
    return {
        ...(session && { authorization: `Bearer ${session}` }),
        ...(channel && { [uiConfig.api.channelTokenKey]: channel }),
    };
}

export function serverUrl(): string {
    const { host, port } = uiConfig.api;
    const { protocol, hostname, port: ownPort } = window.location;
    const place = host === 'auto' ? `${protocol}//${hostname}` : host;
    const taken = port === 'auto' ? ownPort : `${port}`;
    return taken ? `${place}:${taken}` : place;
}

async function problemOf(answer: Response): Promise<string> {
    const body = (await answer.json().catch(() => undefined)) as { message?: string; hint?: string } | undefined;
    return [body?.message ?? answer.statusText, body?.hint].filter(Boolean).join(' ');
}
