import { Socket } from 'node:net';
import { checkedLookup, isAllowedPrivately, refusePrivateLiteral } from '../outbound/address-rules';

/**
 * A socket for drivers that connects to allowed addresses only: by the same rules as HTTP, and to the very address that was
 * checked. Drivers that call `connect(port, host)` themselves may do so.
 */
export function checkedSocket(host: string, port: number, allowPrivateHosts: readonly string[]): Socket {
    const isInner = isAllowedPrivately(urlOf(host, port), allowPrivateHosts);
    const socket = new Socket();
    const connect = socket.connect.bind(socket);
    const lookup = isInner ? undefined : checkedLookup();
    socket.connect = () => connect({ host, port, ...(lookup ? { lookup } : {}) });
    return socket;
}

/** Hosts that are written as an address are not looked up, so the socket would not notice them. */
export function refusePrivateAddress(host: string, port: number, allowPrivateHosts: readonly string[]): void {
    const url = urlOf(host, port);
    if (!isAllowedPrivately(url, allowPrivateHosts)) refusePrivateLiteral(url);
}

function urlOf(host: string, port: number): URL {
    return new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}`);
}
