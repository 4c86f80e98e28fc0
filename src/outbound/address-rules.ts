import { lookup as dnsLookup, LookupAddress, LookupOptions } from 'node:dns';
import ipaddr from 'ipaddr.js';
import { UserError } from '../sdk/errors';

/** Resolves a host name; all addresses are asked for. */
export type Resolve = (host: string, options: LookupOptions, done: ResolveDone) => void;
type ResolveDone = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;
type LookupDone = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/** All public IPv6 addresses lie here; what is left outside has no use that a server could want. */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3');

/** Whether an address belongs to the public internet: not loopback, private, link-local, reserved, tunnelled … */
export function isPublicAddress(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    // An IPv4 address in the clothes of IPv6 counts as what it is.
    const parsed = ipaddr.process(address);
    return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(GLOBAL_IPV6));
}

/** Checks a host that is written as an address; names are checked when they are resolved, see {@link checkedLookup}. */
export function refusePrivateLiteral(url: URL): void {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (ipaddr.isValid(host) && !isPublicAddress(host)) throw privateAddress(url.hostname);
}

/**
 * For the moment of connecting: the address that was checked is the one that is used, so a name cannot point somewhere
 * else in between. One private address among several is enough to refuse.
 */
export function checkedLookup(resolve: Resolve = resolveAll) {
    return (host: string, options: LookupOptions, done: LookupDone): void => {
        resolve(host, options, (error, addresses) => {
            if (error) return done(error, []);
            if (addresses.length === 0 || addresses.some(({ address }) => !isPublicAddress(address))) {
                return done(privateAddress(host), []);
            }
            if (options.all) return done(null, addresses);
            done(null, addresses[0]!.address, addresses[0]!.family);
        });
    };
}

/** `host` or `host:port`, as in the option; without a port every port is meant. */
export function isAllowedPrivately(url: URL, allowed: readonly string[]): boolean {
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    return allowed.some(entry => entry === url.hostname || entry === `${url.hostname}:${port}`);
}

function resolveAll(host: string, options: LookupOptions, done: ResolveDone): void {
    dnsLookup(host, { ...options, all: true }, done);
}

function privateAddress(host: string): UserError {
    return new UserError(
        'address-not-allowed',
        `The host "${host}" is not on the public internet, and other hosts may not be called.`,
        'Use a public address, or list the host under `allowPrivateHosts` if this server may call it.',
        { got: host },
    );
}
