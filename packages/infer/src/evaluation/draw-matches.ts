/**
 * A picture in which every true positive, false negative and false positive of a slide is seen at once. They differ in colour and in filling, so that it can
 * be read without telling colours apart, and none is too small to be seen.
 */
import { type MatchedObjects, type Raster, type RunMask, type RunObjects, raster } from '@ftuseg/core';
import { drawOutlines } from '../outputs/overlay.js';
import { shrinkRuns } from '../outputs/shrink-runs.js';

/** Masks of a class and what became of their objects. */
export interface ComparedClass {
  readonly prediction: RunMask;
  readonly truth: RunMask;
  readonly matched: MatchedObjects;
}

const [TRUE_POSITIVE, FALSE_NEGATIVE, FALSE_POSITIVE] = [1, 2, 3];

/** Green, blue and orange stand apart from each other and from the pinks and purples of stains, also for the colour-blind. */
const colours = [
  [0, 220, 90],
  [0, 90, 255],
  [255, 130, 0],
] as const;
const WHITE = [[255, 255, 255]] as const;

/** Pixels between two lines of a hatching, and their width. */
const HATCH = 8;
const LINE = 2;
/** Side of what is drawn for an object that would be smaller, pixels. */
const MIN_SIDE = 9;

/** Labels in the size of the picture. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Puts objects on the canvas that have a label; those that would be next to nothing there become squares. */
function put(canvas: Canvas, mask: RunMask, { objects, objectOf }: RunObjects, labelOf: readonly number[]): void {
  const { width, height, data } = canvas;
  const labels = Uint8Array.from(objectOf, (object) => labelOf[object] ?? 0);
  const small = shrinkRuns({ ...mask, labels }, width, height);
  for (let i = 0; i < data.length; i++) if (small.data[i] !== 0) data[i] = small.data[i] as number;
  const [across, down] = [width / mask.width, height / mask.height];
  for (const [i, { box, centroid }] of objects.entries()) {
    const label = labelOf[i] ?? 0;
    if (label === 0 || Math.max(box.width * across, box.height * down) >= MIN_SIDE) continue;
    const left = Math.round((centroid.x + 0.5) * across - MIN_SIDE / 2);
    const top = Math.round((centroid.y + 0.5) * down - MIN_SIDE / 2);
    const [from, to] = [Math.max(0, left), Math.min(width, left + MIN_SIDE)];
    for (let y = Math.max(0, top); y < Math.min(height, top + MIN_SIDE); y++) {
      data.fill(label, y * width + from, y * width + to);
    }
  }
}

const chosen = (count: number, indices: readonly number[], label: number): number[] => {
  const labels = new Array<number>(count).fill(0);
  for (const index of indices) labels[index] = label;
  return labels;
};

/** False negatives get one set of diagonals, false positives two that cross. */
function hatch(image: Raster, canvas: Canvas): void {
  const { width, height, data } = image;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const label = canvas.data[y * width + x] as number;
      if (label !== FALSE_NEGATIVE && label !== FALSE_POSITIVE) continue;
      const rising = (x + y) % HATCH < LINE;
      const falling = (x - y + HATCH * height) % HATCH < LINE;
      if (rising || (falling && label === FALSE_POSITIVE))
        data.set(colours[label - 1] ?? WHITE[0], (y * width + x) * 3);
    }
  }
}

/**
 * Draws predicted objects that are true positives with a green outline (and, thin and white, what they should have been), true objects that were
 * not found in blue with diagonal lines, and predicted objects that are none in orange with crossing lines. Of several classes all are drawn.
 *
 * @param image RGB, the slide at any size; not changed
 * @returns a new picture of the image's size
 * @example
 * await writeJpeg('slide.jpg', drawMatches(thumbnail, [{ prediction, truth, matched: matchObjects(prediction, truth) }]));
 */
export function drawMatches(image: Raster, classes: readonly ComparedClass[]): Raster {
  const { width, height } = image;
  const empty = (): Canvas => ({ width, height, data: new Uint8Array(width * height) });
  const [expected, found] = [empty(), empty()];
  for (const { prediction, truth, matched } of classes) {
    const [predictedCount, trueCount] = [matched.predicted.objects.length, matched.truth.objects.length];
    const hit = matched.truePositives.map((pair) => pair.prediction);
    const met = matched.truePositives.map((pair) => pair.truth);
    put(expected, truth, matched.truth, chosen(trueCount, met, 1));
    put(found, truth, matched.truth, chosen(trueCount, matched.falseNegatives, FALSE_NEGATIVE));
    put(found, prediction, matched.predicted, chosen(predictedCount, matched.falsePositives, FALSE_POSITIVE));
    put(found, prediction, matched.predicted, chosen(predictedCount, hit, TRUE_POSITIVE));
  }
  const labels = ({ data }: Canvas): Raster => raster(width, height, 1, data);
  const outlined = drawOutlines(image, labels(expected), { colours: WHITE, thickness: 0 });
  const drawn = drawOutlines(outlined, labels(found), { colours });
  hatch(drawn, found);
  return drawn;
}
