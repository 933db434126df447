/**
 * One family for every error that a user can cause: what is wrong, where, and what to do about it.
 * The command line prints `message` as a single sentence and exits 1; anything else is a defect of ours.
 */
import { visibleLine } from './text/visible-text.js';

/** What kind of mistake it was; programs branch on this, people read the message. */
export type FtuErrorCode = 'not-found' | 'bad-input' | 'unsupported' | 'unavailable' | 'io' | 'cancelled';

export interface FtuErrorDetails {
  /** The file, setting, column or tensor at fault. */
  readonly subject?: string;
  /** Dotted name of the setting at fault, such as `schedule.warmup`, for whoever knows where it was written. */
  readonly setting?: string;
  /** What the user can do about it, as an imperative clause without a final stop. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Letters of a part of a message; what is quoted from a file may be endless. */
const MAX_LETTERS = 1200;

function shown(text: string): string {
  const visible = visibleLine(text);
  if (visible.length <= MAX_LETTERS) return visible;
  return `${visible.slice(0, MAX_LETTERS - 200)} ... ${visible.slice(-200)}`;
}

/**
 * `message` is one line of visible letters, whatever was quoted in it; the parts stay as they were given.
 *
 * @example
 * throw new FtuError('not-found', 'the image does not exist', { subject: path, hint: 'check column "image"' });
 */
export class FtuError extends Error {
  override readonly name: string = 'FtuError';
  readonly code: FtuErrorCode;
  readonly subject: string | undefined;
  readonly setting: string | undefined;
  readonly hint: string | undefined;
  /** The problem alone, without subject and hint. */
  readonly problem: string;

  constructor(code: FtuErrorCode, problem: string, details: FtuErrorDetails = {}) {
    const { subject, setting, hint, cause } = details;
    const where = subject === undefined ? '' : `${shown(subject)}: `;
    super(`${where}${shown(problem)}${hint === undefined ? '' : `; ${shown(hint)}`}`, { cause });
    this.code = code;
    this.problem = problem;
    this.subject = subject;
    this.setting = setting;
    this.hint = hint;
  }
}
