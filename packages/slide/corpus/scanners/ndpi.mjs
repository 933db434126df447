/**
 * NDPIs of 4:4:4 and 4:2:2, with and without the list of restart intervals. OpenSlide counts whole intervals only, and shows nothing of levels whose sides are
 * no multiples of them, so that those are held against libjpeg's decoding of the whole JPEG. It is the same where chroma is not interpolated: 4:4:4.
 */
import { buildNdpi, jpegPage } from '../../tests/ndpi/ndpi-builder.mjs';
import { shrink, tissue } from '../../tests/ndpi/pictures.mjs';

/** Pixels of a restart interval, about. */
const TILE = 64;
const SAMPLINGS = { 444: [1, 1], 422: [2, 1] };
/** Sides of the first level, and how many times smaller the others are. */
const SIZES = { even: [1280, 1024, [1, 4]], uneven: [1248, 712, [1]], many: [2048, 1536, [1, 2, 4, 8, 16]] };
const ODD = [1245, 709, [1, 4, 16]];

/** Units of a restart interval: a whole number of them is a row, as the format has it. */
function intervalOf(width, [across]) {
  const units = Math.ceil(width / 8 / across);
  for (let interval = Math.ceil(TILE / 8 / across); interval < units; interval++) {
    if (units % interval === 0) return interval;
  }
  return units;
}

function pagesOf([width, height, factors], sampling, isListed) {
  const full = tissue(width, height);
  return factors.map((factor) => {
    const picture = factor === 1 ? full : shrink(full, factor);
    return jpegPage(picture, {
      sampling,
      interval: intervalOf(picture.width, sampling),
      lens: 40 / factor,
      pixelsPerCentimetre: 40_000 / factor,
      ...(isListed ? {} : { listed: undefined }),
    });
  });
}

const listOf = (isListed) => (isListed ? 'listed' : 'unlisted');

export function* ndpi() {
  const beside = [-1, -2].map((lens) => jpegPage(tissue(100, 40, lens + 5), { sampling: [1, 1], lens }));
  for (const [chroma, sampling] of Object.entries(SAMPLINGS)) {
    for (const [name, size] of Object.entries(SIZES)) {
      for (const isListed of [true, false]) {
        const pages = [...pagesOf(size, sampling, isListed), ...beside];
        yield [`${chroma}-${name}-${listOf(isListed)}.ndpi`, buildNdpi(pages)];
      }
    }
  }
  const text = (value) => [2, [...Buffer.from(`${value}\0`)]];
  const tags = { 306: text('2026:01:02 03:04:05'), 65427: text('a name') };
  yield ['named.ndpi', buildNdpi([jpegPage(tissue(640, 480), { sampling: [1, 1], interval: 8, tags })])];
}

/** Levels whose sides are no multiples of their intervals, with the JPEG of each. */
export function* oddNdpi() {
  for (const isListed of [true, false]) {
    const pages = pagesOf(ODD, SAMPLINGS[444], isListed);
    yield { name: `odd-${listOf(isListed)}.ndpi`, bytes: buildNdpi(pages), jpegs: pages.map(({ jpeg }) => jpeg) };
  }
}
