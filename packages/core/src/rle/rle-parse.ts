/**
 * Reads Kaggle's run-length code of a mask: `start length start length ...`, starts from 1, pixels counted down each column
 * and then to the right. Every malformed text is refused: a silently repaired mask would be scored as if it were the truth.
 */
import { FtuError } from '../errors.js';

export interface RleOptions {
  /** What the text is, for error messages: "train.csv, slide 2f6ecfcdf". */
  readonly subject?: string;
}

function fail(problem: string, subject = 'run-length code'): never {
  throw new FtuError('bad-input', problem, {
    subject,
    hint: 'expected pairs "start length", starts from 1, in increasing order down the columns',
  });
}

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

/** Splits the text into non-negative integers; one pass over character codes, since texts reach many megabytes. */
function parseIntegers(text: string, subject: string | undefined): Float64Array {
  let values = new Float64Array(Math.max(16, text.length >> 2));
  let count = 0;
  let i = 0;
  while (i < text.length) {
    if (isSpace(text.charCodeAt(i))) {
      i++;
      continue;
    }
    const tokenStart = i;
    let value = 0;
    for (; i < text.length; i++) {
      const digit = text.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (i < text.length && !isSpace(text.charCodeAt(i))) {
      const token = text.slice(tokenStart, tokenStart + 20).split(/\s/)[0];
      fail(`value ${count + 1} is "${token}", not a whole number`, subject);
    }
    if (value > Number.MAX_SAFE_INTEGER) fail(`value ${count + 1} is too large`, subject);
    if (count === values.length) {
      const longer = new Float64Array(values.length * 2);
      longer.set(values);
      values = longer;
    }
    values[count++] = value;
  }
  return values.subarray(0, count);
}

/**
 * The runs of a mask as pairs (start, length), without making the mask. Starts are 0-based column-major pixel indices:
 * pixel (x, y) is at `x * height + y`. Float64 because indices pass 2^32 on the largest slides.
 *
 * @param width Pixels; with `height` it bounds the runs.
 * @throws FtuError `bad-input` on an odd count, a non-integer, a zero start or length, runs that overlap or are out of order,
 * and runs past the image's end. Touching runs are allowed.
 * @example
 * rleRuns('1 3 10 2', 4, 3); // Float64Array [0, 3, 9, 2]
 */
export function rleRuns(text: string, width: number, height: number, options: RleOptions = {}): Float64Array {
  const { subject } = options;
  const runs = parseIntegers(text, subject);
  if (runs.length % 2 === 1) fail(`it has ${runs.length} numbers, an odd count`, subject);
  const pixels = width * height;
  let previousEnd = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const start = (runs[i] as number) - 1;
    const length = runs[i + 1] as number;
    const name = `run ${i / 2 + 1} ("${start + 1} ${length}")`;
    if (start < 0) fail(`${name} starts at 0`, subject);
    if (length === 0) fail(`${name} has length zero`, subject);
    if (start < previousEnd) fail(`${name} overlaps the run before it or is out of order`, subject);
    if (start + length > pixels) {
      fail(`${name} ends past the last of ${pixels} pixels (${width} x ${height})`, subject);
    }
    runs[i] = start;
    previousEnd = start + length;
  }
  return runs;
}

/**
 * Counts without a raster: number of runs, foreground pixels, and the index one past the last foreground pixel
 * (the smallest number of pixels an image with this mask can have).
 *
 * @throws FtuError `bad-input` on any malformed text, as `rleRuns`.
 * @example
 * summariseRle('1 3 10 2'); // { runs: 2, foreground: 5, end: 11 }
 */
export function summariseRle(
  text: string,
  options: RleOptions = {},
): { readonly runs: number; readonly foreground: number; readonly end: number } {
  const runs = rleRuns(text, Number.POSITIVE_INFINITY, 1, options);
  let foreground = 0;
  for (let i = 1; i < runs.length; i += 2) foreground += runs[i] as number;
  const end = runs.length === 0 ? 0 : (runs[runs.length - 2] ?? 0) + (runs[runs.length - 1] ?? 0);
  return { runs: runs.length / 2, foreground, end };
}
