/** A step of a plan. */

/** Computes a step for `count` images from `first` on. */
export type PlannedStep = (first: number, count: number) => void;

/** Image by image. */
export const imageByImage =
  (call: (image: number) => void): PlannedStep =>
  (first, count) => {
    for (let image = first; image < first + count; image++) call(image);
  };
