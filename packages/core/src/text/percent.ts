/**
 * A share as people read it, with the digits that say something.
 *
 * @param share 0..1
 * @example
 * percent(0.01234); // '1.23 %'
 */
export const percent = (share: number, digits = 3): string => `${Number((100 * share).toPrecision(digits))} %`;
