/** What is said of a request that no server answered, whoever asked: a reader in a page or one in Node. */
import { FtuError } from '../errors.js';

/** @param cause what `fetch` threw; the reason of it lies a level deeper */
export function requestFailed(address: string, cause: unknown): FtuError {
  const deeper = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  const reason = deeper instanceof Error ? deeper.message : String(deeper);
  return new FtuError('io', `the request failed (${reason})`, { subject: address, hint: 'check the address', cause });
}
