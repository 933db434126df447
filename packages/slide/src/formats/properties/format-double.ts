/** Numbers as text of 17 digits, from which the same number is read again: what `%.17g` of C gives, so that values can be compared as texts. */

const DIGITS = 17;
/** Exponents of ten below which, and from which on, numbers have one. */
const [LEAST, FIRST_ABOVE] = [-4, DIGITS];

/**
 * @example
 * formatDouble(0.499); // '0.499'
 * formatDouble(0.1); // '0.10000000000000001'
 */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', power = '0'] = value.toExponential(DIGITS - 1).split('e');
  const exponent = Number(power);
  const short = digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
  if (exponent < LEAST || exponent >= FIRST_ABOVE) {
    return `${short}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return value
    .toFixed(Math.max(0, DIGITS - 1 - exponent))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}
