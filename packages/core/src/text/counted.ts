/** A count with its noun: "1 slide", "2 slides". Every message takes it from here. */

/**
 * @param many the plural, where it is not the noun with an s
 * @param shown the number as it is written, where it has a form of its own
 * @example
 * counted(1, 'slide'); // '1 slide'
 */
export const counted = (count: number, one: string, many = `${one}s`, shown = String(count)): string =>
  `${shown} ${count === 1 ? one : many}`;
