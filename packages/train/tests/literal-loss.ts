/** The losses once more in plain arithmetic, pixel by pixel as their papers write them, with pixels to be left out: what the tensors must agree with. */
import type { LossConfig } from '../src/config/loss.js';

/** One image and class: logits and targets (0..1, or -1 where uncertain), row by row. */
export interface Plane {
  readonly image: number;
  readonly class: number;
  readonly width: number;
  readonly logits: readonly number[];
  readonly target: readonly number[];
}

interface Pixel {
  readonly logit: number;
  readonly target: number;
  readonly index: number;
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, value) => sum + value, 0);
const mean = (numbers: readonly number[]): number => (numbers.length === 0 ? 0 : total(numbers) / numbers.length);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const smoothed = (t: number, by: number): number => t * (1 - by) + by / 2;

export const entropy = (logit: number, t: number): number =>
  -t * Math.log(sigmoid(logit)) - (1 - t) * Math.log(1 - sigmoid(logit));

const certain = ({ logits, target }: Plane): Pixel[] =>
  target.flatMap((t, index) => (t === -1 ? [] : [{ logit: logits[index] ?? 0, target: t, index }]));

/** 1 - index, mean over the classes that have certain pixels. */
function overClasses(
  planes: readonly Plane[],
  index: (both: number, predicted: number, labelled: number) => number,
): number {
  const classes = [...new Set(planes.map((plane) => plane.class))];
  const found = classes.map((c) => planes.filter((plane) => plane.class === c).flatMap(certain));
  return mean(
    found
      .filter((pixels) => pixels.length > 0)
      .map((pixels) => {
        const both = total(pixels.map(({ logit, target }) => sigmoid(logit) * target));
        const predicted = total(pixels.map(({ logit }) => sigmoid(logit)));
        return 1 - index(both, predicted, total(pixels.map(({ target }) => target)));
      }),
  );
}

/** Jaccard loss of the set of the first pixels being wrong, its increments weighing the sorted errors. */
function lovaszOf(pixels: readonly Pixel[]): number {
  const sorted = pixels
    .map(({ logit, target }) => ({ label: target >= 0.5, error: 1 - logit * (target >= 0.5 ? 1 : -1) }))
    .sort((a, b) => b.error - a.error);
  const labelled = sorted.filter(({ label }) => label).length;
  const jaccard = (wrong: number): number => {
    if (wrong === 0) return 0;
    const first = sorted.slice(0, wrong);
    const missed = first.filter(({ label }) => label).length;
    return 1 - (labelled - missed) / (labelled + wrong - missed);
  };
  return total(sorted.map(({ error }, i) => Math.max(error, 0) * (jaccard(i + 1) - jaccard(i))));
}

function boundaryOf(planes: readonly Plane[], config: LossConfig): number {
  const { boundaryRadius: radius, boundaryWeight, labelSmoothing } = config;
  let [sum, weights] = [0, 0];
  for (const plane of planes) {
    const pixels = certain(plane);
    const place = (index: number): [number, number] => [index % plane.width, Math.floor(index / plane.width)];
    for (const { logit, target, index } of pixels) {
      const [x, y] = place(index);
      const near = pixels
        .filter((other) => {
          const [u, v] = place(other.index);
          return Math.abs(u - x) <= radius && Math.abs(v - y) <= radius;
        })
        .map((other) => other.target);
      const weight = 1 + boundaryWeight * (Math.max(...near) - Math.min(...near));
      sum += weight * entropy(logit, smoothed(target, labelSmoothing));
      weights += weight;
    }
  }
  return weights === 0 ? 0 : sum / weights;
}

/** Each term of the loss, by its name in the configuration. */
export const literalTerms: Readonly<Record<string, (planes: readonly Plane[], config: LossConfig) => number>> = {
  bce: (planes, { labelSmoothing }) =>
    mean(planes.flatMap(certain).map(({ logit, target }) => entropy(logit, smoothed(target, labelSmoothing)))),
  dice: (planes, { smooth: s }) => overClasses(planes, (both, p, t) => (2 * both + s) / (p + t + s)),
  jaccard: (planes, { smooth: s }) => overClasses(planes, (both, p, t) => (both + s) / (p + t - both + s)),
  tversky: (planes, { smooth: s, tverskyAlpha: a, tverskyBeta: b }) =>
    overClasses(planes, (both, p, t) => (both + s) / (both + a * (p - both) + b * (t - both) + s)),
  focal: (planes, { focalAlpha, focalNegative = 1 - focalAlpha, focalForm, focalGamma, labelSmoothing }) =>
    mean(
      planes.flatMap(certain).map(({ logit, target }) => {
        const [p, t] = [sigmoid(logit), smoothed(target, labelSmoothing)];
        if (focalForm === 'split') {
          const yes = focalAlpha * (1 - p) ** focalGamma * entropy(logit, 1);
          return t * yes + (1 - t) * focalNegative * p ** focalGamma * entropy(logit, 0);
        }
        const weight = t * focalAlpha + (1 - t) * focalNegative;
        return weight * (p * (1 - t) + (1 - p) * t) ** focalGamma * entropy(logit, t);
      }),
    ),
  lovasz: (planes) =>
    mean(
      planes
        .map(certain)
        .filter((pixels) => pixels.length > 0)
        .map(lovaszOf),
    ),
  boundary: boundaryOf,
};
