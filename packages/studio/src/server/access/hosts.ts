/**
 * By which names the server may be called. A page of another site can point its own name at this machine (DNS rebinding); it cannot change the
 * `Host` that the browser sends. Source: RFC 9110, section 7.2; Fetch standard, "Origin" header.
 */
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '::1'];

export const isLoopback = (host: string): boolean => LOOPBACK.includes(host) || /^127(\.\d{1,3}){3}$/.test(host);

/** As it stands in an address: IPv6 in brackets. */
export const inAddress = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);

/** Names and addresses, lower case. Ports do not count: a tunnel's is another, and a foreign name is foreign at any port. */
export function allowedHosts(host: string): ReadonlySet<string> {
  const others = isLoopback(host)
    ? []
    : [hostname(), ...Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))];
  return new Set([host, ...LOOPBACK, ...others].map((name) => inAddress(name).toLowerCase()));
}

export interface RequestFacts {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Of the browser: `same-origin`, `same-site`, `cross-site` or `none`; undefined for programs. */
  readonly site: string | undefined;
  /** A link that was followed, not a request of a page. */
  readonly navigates: boolean;
  readonly changes: boolean;
}

/** @returns why the request is refused, in a sentence; undefined where it is not */
export function refusalOf(facts: RequestFacts, hosts: ReadonlySet<string>): string | undefined {
  const host = facts.host?.toLowerCase();
  if (host === undefined || !hosts.has(host.replace(/:\d+$/, ''))) return 'the studio is not called by this name';
  if (facts.origin !== undefined && facts.origin.toLowerCase() !== `http://${host}`) {
    return 'requests of other sites are refused';
  }
  const foreign = facts.site === 'cross-site' || facts.site === 'same-site';
  // A link to the studio may be clicked anywhere; nothing else may come from another site.
  if (foreign && (facts.changes || !facts.navigates)) return 'requests of other sites are refused';
  return undefined;
}
