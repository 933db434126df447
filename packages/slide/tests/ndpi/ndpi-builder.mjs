/**
 * Writes NDPI files as their public readers describe them: a classic little-endian TIFF whose first offset has 64 bits, and whose directories are each
 * followed by the next one's 64-bit offset and by the high words of their entries. Anything may be a lie, for tests.
 */
import { open } from 'node:fs/promises';
import { encodeIntervals, joinJpeg, jpegHeader } from './jpeg-encoder.mjs';

const TYPE_BYTES = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 9: 4, 11: 4 };
const text = (value) => [...new TextEncoder().encode(value), 0];

/**
 * A level or a picture beside the slide.
 * @param {{ width: number, height: number, data: Uint8Array }} picture
 */
export function jpegPage(picture, options = {}) {
  const { sampling = [2, 1], step = 4, interval = 0, stated, remark, ...page } = options;
  const coding = { sampling, step, interval };
  const { width, height } = picture;
  const joined = joinJpeg(jpegHeader({ width, height, stated, remark, ...coding }), encodeIntervals(picture, coding));
  return { width, height, sampling, ...joined, ...page };
}

/** Tag to type and values. @param page `tags` replaces some, or with null leaves them out */
function tagsOf(
  { width, height, sampling = [2, 1], lens = 20, plane = 0, jpeg, starts, listed = starts, ...page },
  jpegAt,
) {
  const { pixelsPerCentimetre = 40_000, tags = {} } = page;
  const list = listed === undefined || listed.length < 2 ? {} : startTags(listed);
  return Object.entries({
    256: [4, [width]],
    257: [4, [height]],
    258: [3, [8, 8, 8]],
    259: [3, [7]],
    262: [3, [6]],
    271: [2, text('Hamamatsu')],
    273: [4, [jpegAt]],
    277: [3, [3]],
    278: [4, [height]],
    279: [4, [jpeg.length]],
    282: [5, [[pixelsPerCentimetre, 1]]],
    283: [5, [[pixelsPerCentimetre, 1]]],
    296: [3, [3]],
    305: [2, text('NDP.scan 3.4.0')],
    530: [3, sampling],
    65420: [4, [1]],
    65421: [11, [lens]],
    65422: [9, [1_234_567]],
    65423: [9, [-765_432]],
    65424: [9, [plane]],
    ...list,
    65449: [2, text('Objective.Lens.Magnificant=20\r\nProduct=NanoZoomer\r\n')],
    ...tags,
  })
    .filter(([, tag]) => tag !== null)
    .map(([tag, [type, values, count]]) => ({ tag: Number(tag), type, values, count: count ?? values.length }));
}

function startTags(starts) {
  const high = starts.some((start) => start >= 2 ** 32);
  const words = (of) => [4, starts.map(of)];
  return {
    65426: words((start) => start % 2 ** 32),
    ...(high ? { 65432: words((start) => Math.floor(start / 2 ** 32)) } : {}),
  };
}

function valueBytes({ type, values }) {
  const width = TYPE_BYTES[type];
  const view = new DataView(new ArrayBuffer(values.length * width));
  for (const [i, value] of values.entries()) {
    const at = i * width;
    if (type === 5) {
      view.setUint32(at, value[0], true);
      view.setUint32(at + 4, value[1], true);
    } else if (type === 11) view.setFloat32(at, value, true);
    else if (type === 9) view.setInt32(at, value, true);
    else if (width === 4) view.setUint32(at, value % 2 ** 32, true);
    else if (width === 2) view.setUint16(at, value, true);
    else view.setUint8(at, value);
  }
  return new Uint8Array(view.buffer);
}

/**
 * @param pages in the order of the file
 * @param {{ from?: number }} options `from`: where the first page begins; what lies before it is a hole
 * @returns pieces of the file and its size
 */
export function layNdpi(pages, { from = 12 } = {}) {
  const pieces = [];
  let at = from;
  const put = (bytes) => {
    const place = at;
    pieces.push({ at: place, bytes });
    at += bytes.length + (bytes.length % 2);
    return place;
  };
  const laid = pages.map((page) => {
    const tags = tagsOf(page, page.jpegAt ?? put(page.jpeg));
    const places = tags.map((tag) => {
      const bytes = valueBytes(tag);
      return bytes.length > 4 ? put(bytes) : undefined;
    });
    const directory = at;
    at += 2 + 12 * tags.length + 8 + 4 * tags.length;
    return { tags, places, directory };
  });
  for (const [i, { tags, places, directory }] of laid.entries()) {
    const view = new DataView(new ArrayBuffer(2 + 12 * tags.length + 8 + 4 * tags.length));
    const next = 2 + 12 * tags.length;
    view.setUint16(0, tags.length, true);
    for (const [k, { tag, type, values, count }] of tags.entries()) {
      const entry = 2 + 12 * k;
      view.setUint16(entry, tag, true);
      view.setUint16(entry + 2, type, true);
      view.setUint32(entry + 4, count, true);
      const place = places[k];
      const inline = place === undefined ? valueBytes({ type, values }) : undefined;
      if (inline !== undefined) new Uint8Array(view.buffer).set(inline, entry + 8);
      else view.setUint32(entry + 8, place % 2 ** 32, true);
      const high = Math.floor((place ?? (type === 4 ? values[0] : 0)) / 2 ** 32);
      view.setUint32(next + 8 + 4 * k, high, true);
    }
    view.setBigUint64(next, BigInt(laid[i + 1]?.directory ?? 0), true);
    pieces.push({ at: directory, bytes: new Uint8Array(view.buffer) });
  }
  const head = new DataView(new ArrayBuffer(12));
  head.setUint32(0, 0x002a4949, true);
  head.setBigUint64(4, BigInt(laid[0]?.directory ?? 0), true);
  pieces.push({ at: 0, bytes: new Uint8Array(head.buffer) });
  return { pieces, size: at };
}

/** A whole file in memory. */
export function buildNdpi(pages) {
  const { pieces, size } = layNdpi(pages);
  const out = new Uint8Array(size);
  for (const { at, bytes } of pieces) out.set(bytes, at);
  return out;
}

/** A file on the disk, in which nothing is written where no piece lies. */
export async function writeNdpi(path, pages, options) {
  const { pieces, size } = layNdpi(pages, options);
  const file = await open(path, 'w');
  try {
    await file.truncate(size);
    for (const { at, bytes } of pieces) await file.write(bytes, 0, bytes.length, at);
  } finally {
    await file.close();
  }
}
