/**
 * Numbers as people and scanners write them: with a decimal point or a comma, with an exponent, and never in part. A text that only begins
 * like a number is none.
 */

const NUMBER = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?$/i;

/**
 * @param text such as `0.25`, `0,25`, `2.5e-1`; spaces around it do not count
 * @returns NaN for everything else: `0.25abc`, `0.25.1`, `0x10`, `Infinity`, an empty text, a number beyond the range of float64
 * @example
 * parseNumber('0,25'); // 0.25
 */
export function parseNumber(text: string): number {
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed)) return Number.NaN;
  const value = Number(trimmed.replace(',', '.'));
  return Number.isFinite(value) ? value : Number.NaN;
}
