/** Writes TIFFs of several tiled or stripped pages as TIFF 6.0 and BigTIFF have them: pages are lists of tags, and any of these may be a lie. */
import { deflateSync } from 'node:zlib';
import { encodeIntervals, joinJpeg, jpegHeader } from './ndpi/jpeg-encoder.mjs';

const TYPE_BYTES = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 16: 8 };

export const text = (value) => [2, [...new TextEncoder().encode(value), 0]];

/** A rectangle of a picture; what lies beyond its border has one colour, which no test's picture has. */
function cut({ width, height, data }, left, top, columns, rows) {
  const out = new Uint8Array(3 * columns * rows);
  for (let i = 0; i < columns * rows; i++) out.set([255, 0, 255], 3 * i);
  const inside = Math.min(columns, width - left);
  for (let y = 0; y < rows && top + y < height && inside > 0; y++) {
    const from = 3 * ((top + y) * width + left);
    out.set(data.subarray(from, from + 3 * inside), 3 * y * columns);
  }
  return { width: columns, height: rows, data: out };
}

const coding = { sampling: [1, 1], step: 2, interval: 0 };
/** A whole JPEG of a picture. */
export const jpegOf = (picture) =>
  joinJpeg(jpegHeader({ width: picture.width, height: picture.height, ...coding }), encodeIntervals(picture, coding))
    .jpeg;

const FORMS = {
  none: { code: 1, photometric: 2, encode: ({ data }) => data },
  deflate: { code: 8, photometric: 2, encode: ({ data }) => deflateSync(data) },
  jpeg: { code: 7, photometric: 6, encode: jpegOf },
};

/**
 * A page of tiles.
 * @param options `page`: the size that its tags state; `sparse`: whether a tile is left out; `tags` replaces some, or with null leaves them out
 */
export function tiledPage(picture, options = {}) {
  const { tile = 32, form = 'jpeg', page = picture, sparse = () => false, tags = {} } = options;
  const [across, down] = [Math.ceil(page.width / tile), Math.ceil(page.height / tile)];
  const { code, photometric, encode } = FORMS[form];
  const blocks = [];
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const isLeftOut = sparse(column, row);
      blocks.push(isLeftOut ? undefined : encode(cut(picture, column * tile, row * tile, tile, tile)));
    }
  }
  const size = { 256: [4, [page.width]], 257: [4, [page.height]], 322: [4, [tile]], 323: [4, [tile]] };
  const subsampling = form === 'jpeg' ? { 530: [3, [1, 1]] } : {};
  return { blocks, tables: [324, 325], tags: { ...size, ...colours(code, photometric), ...subsampling, ...tags } };
}

/** A page of one strip, without compression. */
export function strippedPage({ width, height, data }, tags = {}) {
  const size = { 256: [4, [width]], 257: [4, [height]], 278: [4, [height]] };
  return { blocks: [data], tables: [273, 279], tags: { ...size, ...colours(1, 2), ...tags } };
}

const colours = (code, photometric) => ({
  258: [3, [8, 8, 8]],
  259: [3, [code]],
  262: [3, [photometric]],
  277: [3, [3]],
});

function valueBytes([type, values], word) {
  const width = TYPE_BYTES[type];
  const view = new DataView(new ArrayBuffer(Math.max(word, values.length * width)));
  for (const [i, value] of values.entries()) {
    const at = i * width;
    if (type === 5) {
      view.setUint32(at, value[0], true);
      view.setUint32(at + 4, value[1], true);
    } else if (width === 8) view.setBigUint64(at, BigInt(value), true);
    else if (width === 4) view.setUint32(at, value, true);
    else if (width === 2) view.setUint16(at, value, true);
    else view.setUint8(at, value);
  }
  return { bytes: new Uint8Array(view.buffer), isInline: values.length * width <= word };
}

/** @param pages in the order of the file @returns the file's bytes */
export function buildPages(pages, { big = false } = {}) {
  const [counter, entry, word] = big ? [8, 20, 8] : [2, 12, 4];
  const pieces = [];
  let at = big ? 16 : 8;
  const put = (bytes) => {
    const place = at;
    pieces.push({ place, bytes });
    at += bytes.length + (bytes.length % 2);
    return place;
  };
  const setWord = (view, position, value) =>
    big ? view.setBigUint64(position, BigInt(value), true) : view.setUint32(position, value, true);
  const laid = pages.map(({ blocks, tables: [offsets, counts], tags }) => {
    const places = blocks.map((block) => (block === undefined ? 0 : put(block)));
    const table = { [offsets]: [big ? 16 : 4, places], [counts]: [4, blocks.map((block) => block?.length ?? 0)] };
    const entries = Object.entries({ ...table, ...tags }).filter(([, tag]) => tag !== null);
    const laidEntries = entries.map(([tag, value]) => {
      const { bytes, isInline } = valueBytes(value, word);
      return { tag: Number(tag), type: value[0], count: value[2] ?? value[1].length, bytes, isInline };
    });
    const values = laidEntries.map(({ bytes, isInline }) => (isInline ? 0 : put(bytes)));
    const length = counter + entry * entries.length + word;
    const directory = put(new Uint8Array(length));
    return { laidEntries, values, directory, length };
  });
  for (const [i, { laidEntries, values, directory, length }] of laid.entries()) {
    const view = new DataView(new ArrayBuffer(length));
    if (big) view.setBigUint64(0, BigInt(laidEntries.length), true);
    else view.setUint16(0, laidEntries.length, true);
    for (const [k, { tag, type, count, bytes, isInline }] of laidEntries.entries()) {
      const from = counter + entry * k;
      view.setUint16(from, tag, true);
      view.setUint16(from + 2, type, true);
      setWord(view, from + 4, count);
      if (isInline) new Uint8Array(view.buffer).set(bytes, from + 4 + word);
      else setWord(view, from + 4 + word, values[k]);
    }
    setWord(view, length - word, laid[i + 1]?.directory ?? 0);
    pieces.push({ place: directory, bytes: new Uint8Array(view.buffer) });
  }
  const out = new Uint8Array(at);
  const head = new DataView(out.buffer);
  head.setUint32(0, big ? 0x002b4949 : 0x002a4949, true);
  if (big) head.setUint16(4, 8, true);
  setWord(head, big ? 8 : 4, laid[0]?.directory ?? 0);
  for (const { place, bytes } of pieces) out.set(bytes, place);
  return out;
}
