/** Ways of choosing the range of an activation from its values, for `int8.mjs` to compare. Each takes a histogram and gives lowest and highest value. */

const BINS = 2048;

/** Counts of values, in cells of equal width between the lowest and the highest. */
export class Histogram {
  low = Number.POSITIVE_INFINITY;
  high = Number.NEGATIVE_INFINITY;
  counts = new Float64Array(BINS);

  widen(values) {
    for (let i = 0; i < values.length; i++) {
      if (values[i] < this.low) this.low = values[i];
      if (values[i] > this.high) this.high = values[i];
    }
  }

  /** After `widen` has seen all. */
  count(values) {
    const cells = this.high > this.low ? BINS / (this.high - this.low) : 0;
    for (let i = 0; i < values.length; i++) this.counts[Math.min(BINS - 1, ((values[i] - this.low) * cells) | 0)]++;
  }

  get width() {
    return (this.high - this.low) / BINS;
  }

  /** Middle of a cell. */
  middleOf = (cell) => this.low + (cell + 0.5) * this.width;
}

const all = ({ low, high }) => [low, high];

const percentile = (share) => (histogram) => {
  const { counts, low, width } = histogram;
  const allowed = (counts.reduce((sum, count) => sum + count, 0) * (1 - share)) / 2;
  let [first, last] = [0, BINS - 1];
  for (let left = allowed; counts[first] <= left && first < last; first++) left -= counts[first];
  for (let left = allowed; counts[last] <= left && last > first; last--) left -= counts[last];
  return [low + first * width, low + (last + 1) * width];
};

/** Expected square of what rounding and saturation change. */
function squareError(histogram, [low, high]) {
  const [from, to] = [Math.min(low, 0), Math.max(high, 0)];
  const rounding = ((to - from) / 255) ** 2 / 12;
  return histogram.counts.reduce((sum, count, cell) => {
    const value = histogram.middleOf(cell);
    const beyond = value < from ? from - value : value > to ? value - to : 0;
    return sum + count * (beyond === 0 ? rounding : beyond ** 2);
  }, 0);
}

function leastSquareError(histogram) {
  const shares = Array.from({ length: 64 }, (_, i) => (i + 1) / 64);
  const best = (ranges) =>
    ranges.reduce((found, range) => (squareError(histogram, range) < squareError(histogram, found) ? range : found));
  let range = [histogram.low, histogram.high];
  for (let round = 0; round < 2; round++) {
    range = best(shares.map((share) => [range[0], histogram.high * share]));
    range = best(shares.map((share) => [histogram.low * share, range[1]]));
  }
  return range;
}

/** Least Kullback-Leibler divergence between the values and their 128 levels of size (Migacz 2017, TensorRT). */
function entropy(histogram) {
  const most = Math.max(Math.abs(histogram.low), Math.abs(histogram.high));
  const sizes = new Float64Array(BINS);
  histogram.counts.forEach((count, cell) => {
    sizes[Math.min(BINS - 1, Math.floor((Math.abs(histogram.middleOf(cell)) / most) * BINS))] += count;
  });
  let [least, kept] = [Number.POSITIVE_INFINITY, BINS];
  for (let cells = 128; cells <= BINS; cells += 16) {
    const p = sizes.slice(0, cells);
    p[cells - 1] += sizes.subarray(cells).reduce((sum, count) => sum + count, 0);
    const divergence = divergenceOf(p, sizes.subarray(0, cells));
    if (divergence < least) [least, kept] = [divergence, cells];
  }
  const limit = (most * kept) / BINS;
  return [Math.max(histogram.low, -limit), Math.min(histogram.high, limit)];
}

function divergenceOf(p, counts) {
  const q = new Float64Array(p.length);
  for (let level = 0; level < 128; level++) {
    const [from, to] = [Math.floor((level * p.length) / 128), Math.floor(((level + 1) * p.length) / 128)];
    const filled = counts.subarray(from, to).filter((count) => count > 0);
    const mean = filled.reduce((sum, count) => sum + count, 0) / Math.max(1, filled.length);
    for (let cell = from; cell < to; cell++) if (counts[cell] > 0) q[cell] = mean;
  }
  const [ofP, ofQ] = [p, q].map((one) => one.reduce((sum, value) => sum + value, 0));
  return p.reduce(
    (sum, value, i) => (value === 0 ? sum : sum + (value / ofP) * Math.log(value / ofP / Math.max(q[i] / ofQ, 1e-12))),
    0,
  );
}

export const rangeMethods = {
  'all values': all,
  '99.999 %': percentile(0.99999),
  '99.99 %': percentile(0.9999),
  '99.9 %': percentile(0.999),
  'least square error': leastSquareError,
  entropy,
};
