/**
 * Who may see a token: the one host that a person names for it, and no message. Addresses also come from slide tables, which may be somebody else's, so that
 * an address alone is no permission.
 */
import { FtuError } from '@ftuseg/core';

/** A bearer token (RFC 6750), and the one host that it is for. */
export const TOKEN_VARIABLE = 'FTUSEG_DICOMWEB_TOKEN';
export const HOST_VARIABLE = 'FTUSEG_DICOMWEB_HOST';

/**
 * @param host of the request, with its port if it has one: `pacs.example.org:8443`
 * @returns undefined without a token for it
 * @throws {FtuError} `bad-input` for a token without a host, or one that cannot be sent, which is not shown
 */
export function tokenFor(host: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const token = env[TOKEN_VARIABLE]?.trim();
  const only = env[HOST_VARIABLE]?.trim();
  if (!token) return undefined;
  if (!only) {
    throw new FtuError('bad-input', `it is set, and ${HOST_VARIABLE} is not, so that any address could get the token`, {
      subject: TOKEN_VARIABLE,
      hint: `set ${HOST_VARIABLE}=${host} to send it there`,
    });
  }
  if (only.toLowerCase() !== host.toLowerCase()) return undefined;
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new FtuError('bad-input', 'the token has letters that cannot be sent', {
    subject: TOKEN_VARIABLE,
    hint: 'copy it again, without spaces and line breaks',
  });
}

/** @returns what to do where the server of an address refuses access; a token is sent to the one host that is named for it, by its port too */
export function tokenHint(address: string, env: NodeJS.ProcessEnv = process.env): string {
  const only = env[HOST_VARIABLE]?.trim() ?? '';
  const { host } = new URL(address);
  const isForOther = Boolean(env[TOKEN_VARIABLE]?.trim()) && only.toLowerCase() !== host.toLowerCase();
  return isForOther
    ? `no token was sent, since ${HOST_VARIABLE} is ${only}: set it to ${host} to send it there`
    : `set ${TOKEN_VARIABLE} to a valid token of this server`;
}
