/** Small DICOM slides of every form, for tests that damage files and for those in a browser. */
import { readFileSync } from 'node:fs';
import { buildSlide, planes, runLengths, SYNTAX, tilesOf } from './slide-builder.mjs';

const SIDES = [45, 31];
const TILE = [16, 12];

/** Colours that change from pixel to pixel. */
const picture = {
  width: SIDES[0],
  height: SIDES[1],
  channels: 3,
  data: Uint8Array.from({ length: SIDES[0] * SIDES[1] * 3 }, (_, i) => (i * 37 + (i >> 7) * 11) & 255),
};

const tiles = tilesOf(picture, ...TILE);
const packed = tiles.map((tile) => runLengths(planes(tile)));
const file = (more) => buildSlide({ width: SIDES[0], height: SIDES[1], tile: TILE, frameData: tiles, ...more });
const places = tiles.map((_, i) => ({ column: (i % 3) * TILE[0] + 1, row: Math.floor(i / 3) * TILE[1] + 1 }));

/** A level of two equal tiles of a JPEG from a file. */
function ofJpeg(name, more) {
  const jpeg = new Uint8Array(readFileSync(new URL(`../fixtures/jpeg/${name}.jpg`, import.meta.url)));
  let at = 2;
  while (jpeg[at + 1] < 0xc0 || jpeg[at + 1] > 0xc2) at += 2 + jpeg[at + 2] * 256 + jpeg[at + 3];
  const [height, width] = [jpeg[at + 5] * 256 + jpeg[at + 6], jpeg[at + 7] * 256 + jpeg[at + 8]];
  const pieces = [jpeg.subarray(0, 300), jpeg.subarray(300)];
  const frameData = [jpeg, pieces];
  return buildSlide({ width: 2 * width - 3, height, tile: [width, height], syntax: SYNTAX.jpeg, frameData, ...more });
}

/** Streams of a TIFF's tiles of 32 x 32. */
function ofJpeg2000() {
  const bytes = readFileSync(new URL('../fixtures/jpeg2000-rgb.tif', import.meta.url));
  const frameData = [];
  for (let at = bytes.indexOf('ff4fff51', 0, 'hex'); at >= 0; at = bytes.indexOf('ff4fff51', at + 1, 'hex')) {
    frameData.push(new Uint8Array(bytes.subarray(at, bytes.indexOf('ffd9', at, 'hex') + 2)));
  }
  const [width, height] = [32 * 3, 32 * 2];
  const more = { syntax: SYNTAX.jpeg2000, photometric: 'YBR_RCT', frameData };
  return buildSlide({ width, height, tile: [32, 32], ...more });
}

/** Name to bytes. */
export const samples = {
  plain: file({}),
  implicit: file({ syntax: SYNTAX.implicit, isOpen: true }),
  sparse: file({
    organization: 'TILED_SPARSE',
    positions: places.slice(1),
    frameData: packed.slice(1),
    syntax: SYNTAX.rle,
  }),
  extended: file({ frameData: packed, syntax: SYNTAX.rle, table: 'extended' }),
  walked: file({ frameData: packed, syntax: SYNTAX.rle, table: 'none', isOpen: true }),
  jpeg: ofJpeg('422', { photometric: 'YBR_FULL_422' }),
  'jpeg-rgb': ofJpeg('rgb', { photometric: 'RGB', table: 'none' }),
  jpeg2000: ofJpeg2000(),
  'jpeg-ls': new Uint8Array(readFileSync(new URL('../fixtures/dicom/jpeg-ls-lines.dcm', import.meta.url))),
};
