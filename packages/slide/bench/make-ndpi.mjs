/**
 * Writes an NDPI of textured tiles, each a restart interval of 2048 x 8 pixels, with a level of a quarter of it: make-ndpi.mjs SIDE OUT.
 * The side is rounded up to what such tiles divide. A few intervals are coded and repeated in a random order.
 */
import { encodeIntervals, joinJpeg, jpegHeader } from '../tests/ndpi/jpeg-encoder.mjs';
import { writeNdpi } from '../tests/ndpi/ndpi-builder.mjs';
import { tissue } from '../tests/ndpi/pictures.mjs';

const [TILE, ROWS, KINDS] = [2048, 8, 64];
/** JPEG without a size, which is how the scanner writes levels of more pixels than a JPEG can state. */
const MAX_JPEG_SIDE = 65_500;
const coding = { sampling: [2, 1], step: 12, interval: TILE / 16 };

const [given, path] = process.argv.slice(2);
const step = TILE * 4;
const side = Math.ceil(Number(given) / step) * step;
const intervals = Array.from({ length: KINDS }, (_, i) => encodeIntervals(tissue(TILE, ROWS, 31 * i), coding)[0]);

function level(factor) {
  const own = side / factor;
  const count = (own / TILE) * (own / ROWS);
  // Knuth's multiplicative hash: neighbours differ.
  const samples = Array.from({ length: count }, (_, i) => intervals[(Math.imul(i, 2654435761) >>> 7) % KINDS]);
  const stated = own > MAX_JPEG_SIDE ? [0, 0] : [own, own];
  const header = jpegHeader({ width: own, height: own, stated, ...coding });
  return {
    width: own,
    height: own,
    lens: 20 / factor,
    pixelsPerCentimetre: 40_000 / factor,
    ...joinJpeg(header, samples),
  };
}

await writeNdpi(path, [1, 4].map(level));
