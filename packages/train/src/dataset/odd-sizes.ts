/** Training slides whose labelled objects have another size than those of the others: most often their scale is stated wrong. */
import { isWhole, listNames, quantileOf, twoDigits } from '@ftuseg/core';

export interface SizedSlide {
  readonly id: string;
  /** Working pixels, as the boxes. */
  readonly width: number;
  readonly height: number;
  /** Boxes of its labelled objects: x, y, width and height of each. */
  readonly objects: Int32Array;
}

/** Fewer objects, or slides that have so many, say little. */
const FEWEST = 5;
/** Medians of slides of five hospitals lie between these parts of the median of all; a scale that is off by two seldom does. */
const USUAL = { least: 0.55, most: 1.8 };

/** The median side of the objects that the slide's edge does not cut; undefined for few of them. */
function medianSide({ objects, ...slide }: SizedSlide): number | undefined {
  const sides: number[] = [];
  for (let at = 0; at < objects.length; at += 4) {
    const [x = 0, y = 0, width = 0, height = 0] = objects.subarray(at, at + 4);
    if (isWhole({ x, y, width, height }, slide)) sides.push(Math.sqrt(width * height));
  }
  return sides.length < FEWEST
    ? undefined
    : quantileOf(
        sides.sort((a, b) => a - b),
        0.5,
      );
}

/**
 * @param micronsPerPixel of the working pixels; null: a factor, which leaves slides at scales of their own
 * @returns a sentence; undefined where no slide is odd, or fewer than five have five whole objects
 */
export function oddSizes(slides: readonly SizedSlide[], micronsPerPixel: number | null): string | undefined {
  const known = slides.flatMap((slide) => {
    const side = medianSide(slide);
    return side === undefined ? [] : [{ id: slide.id, side }];
  });
  if (known.length < FEWEST) return undefined;
  const usual = quantileOf(
    known.map(({ side }) => side).sort((a, b) => a - b),
    0.5,
  );
  const odd = known.filter(({ side }) => side < USUAL.least * usual || side > USUAL.most * usual);
  const [first] = odd;
  if (first === undefined) return undefined;
  const size = (side: number): string =>
    micronsPerPixel === null ? `${Math.round(side)} working pixels` : `${twoDigits(side * micronsPerPixel)} µm`;
  return `the labelled objects of ${listNames(odd.map(({ id }) => id))} are of another size than those of the other slides (${first.id}: ${size(first.side)} in the median, usually ${size(usual)}): is the scale of ${odd.length === 1 ? 'this slide' : 'these slides'} right?`;
}
