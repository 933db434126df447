/** Addresses where paths may stand: told apart, and joined with what is relative to them. */
import { FtuError } from '@ftuseg/core';

/**
 * @example
 * isAddress('https://example.org/scan.svs'); // true
 */
export const isAddress = (path: string): boolean => /^https?:\/\//i.test(path);

/**
 * @throws FtuError `unsupported` for `s3://`, `file://` and the like
 * @example
 * refuseOtherSchemes('s3://bucket/scan.svs'); // throws
 */
export function refuseOtherSchemes(path: string): void {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(path)?.[1];
  if (scheme === undefined || isAddress(path)) return;
  throw new FtuError('unsupported', `addresses that begin with ${scheme}:// are not read`, {
    subject: path,
    hint: 'give an address with http:// or https://, or the path of a file',
  });
}

/** The part of an address that names a file. @throws FtuError `bad-input` for what is no address */
function parsed(address: string): URL {
  try {
    return new URL(address);
  } catch (cause) {
    throw new FtuError('bad-input', 'this is not an address', { subject: address, hint: 'check it', cause });
  }
}

/**
 * @returns the last name in an address, without query
 * @throws FtuError `bad-input` for what is no address
 * @example
 * nameInAddress('https://example.org/slides/scan%201.svs?token=x'); // 'scan 1.svs'
 */
export function nameInAddress(address: string): string {
  const name = parsed(address).pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/**
 * What a relative path means in a table that lies at an address.
 * @throws FtuError `bad-input` where that is no address of a web server
 * @example
 * addressFrom('https://example.org/data/slides.csv', 'scans/a.svs'); // 'https://example.org/data/scans/a.svs'
 */
export function addressFrom(table: string, path: string): string {
  if (isAddress(path)) return path;
  // A space or "#" of a file's name is not one of an address.
  const quoted = path.split('/').map(encodeURIComponent).join('/');
  const found = URL.canParse(quoted, parsed(table).href) ? new URL(quoted, parsed(table)).href : '';
  if (isAddress(found)) return found;
  throw new FtuError('bad-input', `"${path}" is no address`, { subject: table, hint: 'correct the cell' });
}
