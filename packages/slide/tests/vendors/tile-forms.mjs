/** Pages of tiles in the compressions that scanners use; tiles may be left out, and pages may be padded to whole ones. */
import { deflateSync } from 'node:zlib';
import { encodeIntervals, joinJpeg, jpegHeader } from '../ndpi/jpeg-encoder.mjs';
import { cutTiles } from './tiff-pages.mjs';

const coding = { sampling: [1, 1], step: 2, interval: 0 };

/** A whole JPEG of a picture. */
export const jpegOf = (picture) => {
  const { width, height } = picture;
  return joinJpeg(jpegHeader({ width, height, ...coding }), encodeIntervals(picture, coding)).jpeg;
};

const FORMS = {
  none: { tags: {}, encode: (data) => data },
  deflate: { tags: { 259: [3, [8]] }, encode: (data) => deflateSync(data) },
  jpeg: {
    tags: { 259: [3, [7]], 262: [3, [6]], 530: [3, [1, 1]] },
    encode: (data, side) => jpegOf({ width: side, height: side, data }),
  },
};

/**
 * @param options `side` of a tile; `isPadded`: the page's size is that of its tiles; `sparse`: whether a tile is left out
 */
export function formPage(
  picture,
  tags,
  { side = 32, form = 'jpeg', isPadded = false, sparse = (_column, _row) => false } = {},
) {
  const [across, down] = [Math.ceil(picture.width / side), Math.ceil(picture.height / side)];
  const { encode, tags: ofForm } = FORMS[form];
  const tiles = cutTiles(picture, side).map((tile, i) =>
    sparse(i % across, Math.floor(i / across)) ? new Uint8Array() : encode(tile, side),
  );
  const size = isPadded
    ? { width: across * side, height: down * side }
    : { width: picture.width, height: picture.height };
  return { ...size, side, tiles, tags: { ...ofForm, ...tags } };
}
