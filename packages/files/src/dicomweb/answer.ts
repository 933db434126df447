/** What a DICOMweb server's refusals mean, in one sentence each. */
import { FtuError, isBusy } from '@ftuseg/core';
import { tokenHint } from './token.js';

/** A refusal, with the number that the server gave it. */
export class AnswerError extends FtuError {
  readonly status: number;

  constructor(status: number, ...parts: ConstructorParameters<typeof FtuError>) {
    super(...parts);
    this.status = status;
  }
}

export function answerFailed({ status }: Pick<Response, 'status'>, address: string): AnswerError {
  const subject = address;
  if (status === 404 || status === 410) {
    const problem = 'the DICOMweb server has no such series, instance or frame';
    return new AnswerError(status, 'not-found', problem, { subject, hint: 'check the address' });
  }
  if (status === 401 || status === 403) {
    return new AnswerError(status, 'io', `the server refuses access (${status})`, {
      subject,
      hint: tokenHint(address),
    });
  }
  if (status === 204) return new AnswerError(status, 'not-found', 'the DICOMweb server has nothing there', { subject });
  if (isBusy({ status }))
    return new AnswerError(status, 'io', `the server is busy (${status})`, { subject, hint: 'try later' });
  return new AnswerError(status, 'io', `the server answered ${status}`, { subject, hint: 'check the address' });
}

/**
 * @param wanted a media type without parameters
 * @throws {FtuError} `io` for another one, such as the page of a login
 */
export function checkMediaType(contentType: string, wanted: readonly string[], address: string): void {
  const found = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (wanted.includes(found)) return;
  const what = found === '' ? 'without saying what it is' : `with ${found}`;
  const isPage = found === 'text/html';
  throw new FtuError('io', `the server answered ${what}, where ${wanted[0]} was asked for`, {
    subject: address,
    hint: isPage ? 'this is a page, such as a login: give the address of DICOMweb' : 'check the address',
  });
}
