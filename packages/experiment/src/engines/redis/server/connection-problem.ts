/** What a failed connection means to a person. No message and no cause holds a password. */
import { FtuError } from '@ftuseg/core';
import { systemCode } from '@ftuseg/files';
import { PASSWORD_VARIABLE, type QueueAddress } from './address.js';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection is refused',
  ENOTFOUND: 'nobody knows the host',
  EAI_AGAIN: 'nobody knows the host',
  ETIMEDOUT: 'nobody answers',
  EHOSTUNREACH: 'no way leads to the host',
  ENETUNREACH: 'no way leads to the host',
};

/** Codes of OpenSSL and of Node for certificates that are not trusted. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/;

export function connectionProblem(error: unknown, { shown, user, tls }: QueueAddress): FtuError {
  const code = systemCode(error) ?? '';
  const text = error instanceof Error ? error.message : String(error);
  const fail = (problem: string, hint: string): FtuError =>
    new FtuError('unavailable', problem, { subject: shown, hint });
  const reason = REASONS[code];
  if (reason !== undefined) {
    const unencrypted = tls && code === 'ETIMEDOUT' ? '; one without TLS needs redis://' : '';
    return fail(`there is no Redis: ${reason}`, `start redis-server there, or check host and port${unencrypted}`);
  }
  if (/^NOAUTH/.test(text)) return fail('the queue needs a password', `put it into ${PASSWORD_VARIABLE}`);
  if (/^WRONGPASS|invalid (username-)?password/i.test(text)) {
    return fail(
      `the queue refuses the password${user === undefined ? '' : ' or the user'}`,
      `check ${PASSWORD_VARIABLE} and the address`,
    );
  }
  if (/without any password configured|no password is set/i.test(text)) {
    return fail(
      'a password was given, and the queue has none',
      `leave ${PASSWORD_VARIABLE} and the address without one`,
    );
  }
  if (/^NOPERM/.test(text))
    return fail(`the queue does not allow its user what is needed: ${text}`, 'give the user more');
  if (CERTIFICATE.test(code)) {
    return fail(`the certificate of the queue is not trusted: ${text}`, 'name its authority in NODE_EXTRA_CA_CERTS');
  }
  if (/^(ERR_SSL|EPROTO)/.test(code)) return fail('the queue speaks no TLS', 'write redis:// instead of rediss://');
  if (/protocol error/i.test(text)) return fail('what answers there is no Redis', 'check host and port');
  if (code === 'ECONNRESET' || /connection is closed|socket timeout/i.test(text)) {
    return fail('it takes the connection and does not answer as a Redis does', 'a Redis with TLS needs rediss://');
  }
  return fail(`the queue cannot be used: ${text}`, 'check host and port');
}
