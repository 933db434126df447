/** Reliability of probabilities, pixel by pixel: sums per bin, from which the expected calibration error of any group of images follows. */

/** Guo et al. 2017 (arXiv:1706.04599) use fifteen bins of equal width. */
export const BINS = 15;

/** @returns for each bin the number of pixels, the sum of their probabilities, and how many of them are labelled */
export function emptyBins() {
  return Array.from({ length: BINS }, () => [0, 0, 0]);
}

/** Adds an image's pixels, probabilities as 0 to 255. */
export function addToBins(bins, probability, truth) {
  for (let i = 0; i < truth.length; i++) {
    const p = probability[i] / 255;
    const bin = bins[Math.min(BINS - 1, Math.floor(p * BINS))];
    bin[0]++;
    bin[1] += p;
    if (truth[i] !== 0) bin[2]++;
  }
}

/** Expected calibration error: the mean distance of probability and truth over bins, weighted by their pixels. */
export function calibrationError(bins) {
  const total = bins.reduce((sum, [count]) => sum + count, 0);
  return (
    bins.reduce((sum, [, probability, labelled]) => sum + Math.abs(probability - labelled), 0) / Math.max(1, total)
  );
}
