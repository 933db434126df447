/**
 * JSON from outside: what is no JSON, and what is nested so deep that whoever walks through it would run out of stack, is said in a sentence.
 */
import { FtuError, type FtuErrorDetails } from '../errors.js';

/** Nothing that this project writes is nested more than a dozen deep. */
const DEEPEST = 200;

const [QUOTE, BACKSLASH] = [34, 92];
const opens = (code: number): boolean => code === 0x5b || code === 0x7b;
const closes = (code: number): boolean => code === 0x5d || code === 0x7d;

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      for (i++; i < text.length && text.charCodeAt(i) !== QUOTE; i++) if (text.charCodeAt(i) === BACKSLASH) i++;
    } else if (opens(code)) {
      if (++depth > DEEPEST) return true;
    } else if (closes(code)) depth--;
  }
  return false;
}

/**
 * @param what names the text in the sentence: "the model card"
 * @throws {FtuError} `bad-input` for text that is not JSON, or nested more than 200 deep
 * @example
 * parseJson('{"tile": 256}', 'the settings', { subject: 'settings.json' });
 */
export function parseJson(text: string, what = 'this', details: FtuErrorDetails = {}): unknown {
  if (isTooDeep(text)) throw new FtuError('bad-input', `${what} is nested more than ${DEEPEST} deep`, details);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FtuError('bad-input', `${what} is not JSON`, { ...details, cause });
  }
}
