/**
 * How alike slides are to a network that sees 2.5 µm per pixel: optical densities and contrast of glomeruli and of the tissue around them, for every
 * stain of a slide table. `node docs/scripts/likeness.mjs slides.csv [more.csv ...]`; masks as pictures, the scale in the column `mpp`.
 */
import { openSlide, readLabelImage, readSlideTable } from '@ftuseg/slide';

const SCALE = 2.5;
const tables = process.argv.slice(2);
if (tables.length === 0) {
  console.error('usage: node docs/scripts/likeness.mjs slides.csv [more.csv ...]');
  process.exit(2);
}

/** Mean of the square that reaches `reach` pixels to each side, cut at the border. */
function smoothed(values, width, height, reach) {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0, row = 0; x < width; x++) {
      row += values[y * width + x];
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
    }
  }
  return Float64Array.from(values, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const [x0, x1] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
    const [y0, y1] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
    const sum = (row, column) => sums[row * (width + 1) + column];
    return (sum(y1, x1) - sum(y0, x1) - sum(y1, x0) + sum(y0, x0)) / ((x1 - x0) * (y1 - y0));
  });
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values) => Math.sqrt(Math.max(0, mean(values.map((value) => value * value)) - mean(values) ** 2));

/** Densities of red, green and blue, their deviation, contrast within 5 pixels and from 5 to 17 pixels, share that is clear: inside and outside. */
async function measure({ image, mask, micronsPerPixel }) {
  const slide = await openSlide(image);
  const region = { x: 0, y: 0, width: slide.width, height: slide.height, downsample: SCALE / micronsPerPixel };
  const { width, height, data } = await slide.readRegion(region);
  await slide.close();
  const labels = await readLabelImage(mask);
  const white = [0, 1, 2].map((c) => {
    const channel = data.filter((_, i) => i % 3 === c).sort();
    return channel[Math.floor(channel.length * 0.995)];
  });
  const density = Float64Array.from(data, (value, i) => -Math.log(Math.max(2, value) / white[i % 3]));
  const total = Float64Array.from({ length: width * height }, (_, at) =>
    [0, 1, 2].reduce((sum, c) => sum + density[at * 3 + c], 0),
  );
  const [near, far, tissue] = [2, 8, 12].map((reach) => smoothed(total, width, height, reach));
  const places = { inside: [], outside: [] };
  for (let at = 0; at < total.length; at++) {
    if (tissue[at] < 0.45) continue;
    const x = Math.floor((((at % width) + 0.5) / width) * labels.width);
    const y = Math.floor(((Math.floor(at / width) + 0.5) / height) * labels.height);
    places[labels.data[y * labels.width + x] === 0 ? 'outside' : 'inside'].push(at);
  }
  return Object.entries(places).map(([, all]) =>
    all.length < 300
      ? undefined
      : [
          ...[0, 1, 2].map((c) => mean(all.map((at) => density[at * 3 + c]))),
          deviation(all.map((at) => total[at])),
          deviation(all.map((at) => total[at] - near[at])),
          deviation(all.map((at) => near[at] - far[at])),
          mean(all.map((at) => (total[at] < 0.2 ? 1 : 0))),
        ],
  );
}

console.log('stain, where, slides: red green blue | all, within 5 px, 5 to 17 px | clear');
for (const table of tables) {
  const rows = (await readSlideTable(table)).filter(
    ({ mask, micronsPerPixel }) => mask !== undefined && micronsPerPixel < SCALE,
  );
  for (const stain of new Set(rows.map(({ columns }) => columns.stain))) {
    const slides = [];
    for (const row of rows.filter(({ columns }) => columns.stain === stain)) slides.push(await measure(row));
    for (const [index, where] of ['glomeruli', 'around'].entries()) {
      const found = slides.flatMap((slide) => (slide[index] === undefined ? [] : [slide[index]]));
      const [r, g, b, all, fine, middle, clear] = [0, 1, 2, 3, 4, 5, 6].map((k) =>
        mean(found.map((values) => values[k])).toFixed(2),
      );
      console.log(`${stain}, ${where}, ${found.length}: ${r} ${g} ${b} | ${all} ${fine} ${middle} | ${clear}`);
    }
  }
}
