/**
 * A number to its two leading digits: what is measured or estimated of a picture is seldom known better.
 * @example
 * twoDigits(0.4637); // 0.46
 */
export const twoDigits = (value: number): number => Number(value.toPrecision(2));
