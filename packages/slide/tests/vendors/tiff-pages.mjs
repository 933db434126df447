/** Writes TIFFs and BigTIFFs of several pages of tiles, with any tags: what scanners' files are built on. */
import { jpegPage } from '../ndpi/ndpi-builder.mjs';

const TYPE_BYTES = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 16: 8 };
export const text = (value) => new TextEncoder().encode(`${value}\0`);
export const bytes = (value) => new TextEncoder().encode(value);

/** RGB tiles of a picture, row by row; what lies outside has the value `outside`. */
export function cutTiles({ width, height, data }, side, outside = 0) {
  const tiles = [];
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const tile = new Uint8Array(side * side * 3).fill(outside);
      const columns = Math.min(side, width - left);
      for (let row = 0; row < Math.min(side, height - top); row++) {
        const from = ((top + row) * width + left) * 3;
        tile.set(data.subarray(from, from + columns * 3), row * side * 3);
      }
      tiles.push(tile);
    }
  }
  return tiles;
}

/** A page of a picture in square tiles. @param tags tag to type and values; null leaves one out */
export const tiledPage = (picture, side, tags = {}) => ({
  width: picture.width,
  height: picture.height,
  side,
  tiles: cutTiles(picture, side),
  tags,
});

/** A page of a picture in one strip. */
export const stripPage = (picture, tags = {}) => ({
  width: picture.width,
  height: picture.height,
  tiles: [picture.data],
  tags,
});

/** Makes a page's tiles JPEGs of 4:2:2. @param step of quantisation; 1 is nearly without loss */
export const compressedBy = (step) => (page) => {
  if (page.side === undefined) return page;
  const picture = (data) => ({ width: page.side, height: page.side, data });
  const tiles = page.tiles.map((tile) => jpegPage(picture(tile), { sampling: [2, 1], step }).jpeg);
  return { ...page, tiles, tags: { 259: [3, [7]], 262: [3, [6]], 530: [3, [2, 1]], ...page.tags } };
};

export const compressed = compressedBy(1);

function tagsOf({ width, height, side, tiles, tags }, places) {
  const lengths = tiles.map((tile) => tile.length);
  const layout =
    side === undefined
      ? { 273: [16, places], 278: [4, [height]], 279: [4, lengths] }
      : { 322: [4, [side]], 323: [4, [side]], 324: [16, places], 325: [4, lengths] };
  return Object.entries({
    256: [4, [width]],
    257: [4, [height]],
    258: [3, [8, 8, 8]],
    259: [3, [1]],
    262: [3, [2]],
    277: [3, [3]],
    284: [3, [1]],
    ...layout,
    ...tags,
  })
    .filter(([, tag]) => tag !== null)
    .map(([tag, [type, values, count]]) => ({ tag: Number(tag), type, values, count: count ?? values.length }))
    .sort((a, b) => a.tag - b.tag);
}

/**
 * A little-endian file. What a page has `below` are its sub-images (tag 330). Offsets are of type 16 in a BigTIFF and 4 in a classic TIFF.
 * @param {{ big?: boolean }} options
 */
export function buildPages(pages, { big = true } = {}) {
  const [head, countBytes, entryBytes, word] = big ? [16, 8, 20, 8] : [8, 2, 12, 4];
  const pieces = [];
  let at = head;
  const put = (data) => {
    const place = at;
    pieces.push([place, data]);
    at += data.length + (data.length % 2);
    return place;
  };
  const encode = ({ type, values }) => {
    if (values instanceof Uint8Array && TYPE_BYTES[type] === 1) return values;
    const view = new DataView(new ArrayBuffer(values.length * TYPE_BYTES[type]));
    for (const [i, value] of values.entries()) {
      if (type === 16) view.setBigUint64(8 * i, BigInt(value), true);
      else if (type === 5) {
        view.setUint32(8 * i, value[0], true);
        view.setUint32(8 * i + 4, value[1], true);
      } else if (type === 4) view.setUint32(4 * i, value, true);
      else if (type === 3) view.setUint16(2 * i, value, true);
      else view.setUint8(i, value);
    }
    return new Uint8Array(view.buffer);
  };
  const below = [];
  const lay = (page) => {
    const children = (page.below ?? []).map(lay);
    below.push(...children);
    const places = page.tiles.map((tile) => (tile.length === 0 ? 0 : put(tile)));
    const offsets = children.map(({ directory }) => directory);
    const hung = children.length === 0 ? page : { ...page, tags: { ...page.tags, 330: [16, offsets] } };
    const tags = tagsOf(hung, places).map((tag) => (tag.type === 16 && !big ? { ...tag, type: 4 } : tag));
    const fields = tags.map((tag) => {
      const data = encode(tag);
      return { ...tag, data, place: data.length > word ? put(data) : undefined };
    });
    const directory = at;
    at += countBytes + fields.length * entryBytes + word;
    return { fields, directory };
  };
  const laid = pages.map(lay);
  const out = new Uint8Array(at);
  const view = new DataView(out.buffer);
  const number = (position, value) =>
    big ? view.setBigUint64(position, BigInt(value), true) : view.setUint32(position, value, true);
  for (const [place, data] of pieces) out.set(data, place);
  view.setUint16(0, 0x4949, true);
  view.setUint16(2, big ? 43 : 42, true);
  if (big) view.setUint16(4, 8, true);
  number(big ? 8 : 4, laid[0]?.directory ?? 0);
  const nexts = [...laid.map((page, i) => [page, laid[i + 1]]), ...below.map((page) => [page, undefined])];
  for (const [{ fields, directory }, next] of nexts) {
    if (big) view.setBigUint64(directory, BigInt(fields.length), true);
    else view.setUint16(directory, fields.length, true);
    for (const [k, { tag, type, count, data, place }] of fields.entries()) {
      const entry = directory + countBytes + k * entryBytes;
      view.setUint16(entry, tag, true);
      view.setUint16(entry + 2, type, true);
      number(entry + 4, count);
      if (place === undefined) out.set(data, entry + (big ? 12 : 8));
      else number(entry + (big ? 12 : 8), place);
    }
    number(directory + countBytes + fields.length * entryBytes, next?.directory ?? 0);
  }
  return out;
}
