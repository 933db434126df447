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

/**
 * Whether a comma may separate thousands as well as decimals: `1,000`, not `0,25` and not `1,5`.
 * @example
 * isAmbiguous('1,000'); // true
 */
export const isAmbiguous = (text: string): boolean => /^[+-]?[1-9]\d{0,2},\d{3}$/.test(text.trim());
