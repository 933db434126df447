/** Settings that turn probabilities into the objects of a mask: labels that are made of probabilities do not look at them. */

/** With the values that ask for nothing. */
export const IDLE_VALUES: Readonly<Record<string, readonly unknown[]>> = {
  threshold: [undefined],
  peak: [undefined, 0],
  minimumArea: [undefined, 0],
  minimumAreaUnit: [undefined],
  fillHoles: [undefined, false],
  split: [undefined, false],
};

export const isMaskSetting = (name: string): boolean => Object.hasOwn(IDLE_VALUES, name);
