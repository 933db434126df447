/** The mean as every report and score takes it: one sum from the first value to the last, so that digits do not depend on who asks. */

/** NaN of no values. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
