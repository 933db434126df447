/**
 * What a network finds where there is nothing: images are cut into squares, those without any labelled pixel in or near them are
 * regions without glomeruli, and every predicted object that touches no label is a false alarm of the region in which it lies.
 */
import { connectedComponents } from '@ftuseg/core';

/** Side of a region, and how far the next labelled pixel has to be, in micrometres. */
const SIDE = 400;
const MARGIN = 40;
/** Smaller objects are crumbs that every user drops: a thirtieth of a glomerulus of 200 micrometres, in square micrometres. */
const SMALLEST = 1000;

/** Integral image of a mask: sums over rectangles in four reads. */
function integral({ width, height, data }) {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += data[y * width + x] === 0 ? 0 : 1;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  return (left, top, right, bottom) => {
    const [l, t] = [Math.max(0, left), Math.max(0, top)];
    const [r, b] = [Math.min(width, right), Math.min(height, bottom)];
    const at = (x, y) => sums[y * (width + 1) + x];
    return at(r, b) - at(l, b) - at(r, t) + at(l, t);
  };
}

/**
 * Counts regions without glomeruli and their false alarms on one image.
 *
 * @param truth one-channel raster, not 0 where labelled
 * @param predicted raster of the same size, not 0 where found
 * @param micronsPerPixel of both
 * @returns `regions` without glomeruli, `alarmed` of them with a false alarm, `objects` that touch no label, `area` of the image in mm²
 */
export function falseAlarms(truth, predicted, micronsPerPixel) {
  const { width, height } = truth;
  const side = Math.round(SIDE / micronsPerPixel);
  const margin = Math.round(MARGIN / micronsPerPixel);
  const labelled = integral(truth);
  const { labels, components } = connectedComponents(predicted);
  const touching = new Set();
  for (let i = 0; i < labels.data.length; i++) if (truth.data[i] !== 0) touching.add(labels.data[i]);
  const alarms = components.filter(
    ({ label, area }) => !touching.has(label) && area * micronsPerPixel ** 2 >= SMALLEST,
  );
  let [regions, alarmed] = [0, 0];
  for (let top = 0; top + side <= height; top += side) {
    for (let left = 0; left + side <= width; left += side) {
      if (labelled(left - margin, top - margin, left + side + margin, top + side + margin) > 0) continue;
      regions++;
      const inside = ({ centroid: { x, y } }) => x >= left && x < left + side && y >= top && y < top + side;
      if (alarms.some(inside)) alarmed++;
    }
  }
  return { regions, alarmed, objects: alarms.length, area: (width * height * micronsPerPixel ** 2) / 1e6 };
}
