/**
 * A small baseline JPEG encoder that sets restart markers, which the encoders at hand do not. Intervals are coded one by one, so that a test can also
 * make each of them a picture of its own, and slides of any size of a few. Source: ITU-T T.81.
 */

const ZIGZAG = [];
for (let sum = 0; sum < 15; sum++) {
  for (let i = 0; i <= sum; i++) {
    const [x, y] = sum % 2 === 0 ? [i, sum - i] : [sum - i, i];
    if (x < 8 && y < 8) ZIGZAG.push(8 * y + x);
  }
}
const COSINES = Array.from({ length: 64 }, (_, i) => {
  const [k, n] = [i >> 3, i & 7];
  return Math.cos(((2 * n + 1) * k * Math.PI) / 16) * (k === 0 ? Math.SQRT1_2 : 1) * 0.5;
});

/** Symbols by the length of their codes: sizes of DC differences, and runs with sizes of AC coefficients, those that come often with short codes. */
const DC = { 4: Array.from({ length: 12 }, (_, size) => size) };
const OFTEN = [0x01, 0x02, 0x11, 0x03];
const AC_SYMBOLS = [0xf0];
for (let run = 0; run < 16; run++) for (let size = 1; size <= 10; size++) AC_SYMBOLS.push(16 * run + size);
const AC = { 2: [0], 4: OFTEN, 9: AC_SYMBOLS.filter((symbol) => !OFTEN.includes(symbol)) };

function codesOf(table) {
  const codes = new Map();
  let code = 0;
  for (let length = 1; length <= 16; length++) {
    for (const symbol of table[length] ?? []) codes.set(symbol, [code++, length]);
    code *= 2;
  }
  return codes;
}
const codes = { dc: codesOf(DC), ac: codesOf(AC) };

const word = (value) => [(value >> 8) & 255, value & 255];
const segment = (marker, body) => [0xff, marker, ...word(body.length + 2), ...body];
const huffman = (id, table) => [
  id,
  ...Array.from({ length: 16 }, (_, i) => (table[i + 1] ?? []).length),
  ...Object.values(table).flat(),
];

/**
 * @param {{ width: number, height: number, sampling: readonly [number, number], step: number, interval: number, stated?: readonly [number, number], remark?: string }} options
 * `stated` is the size in the frame where it is not the true one
 */
export function jpegHeader({ width, height, sampling, step, interval, stated = [width, height], remark }) {
  const [across, down] = sampling;
  const components = [1, 2, 3].flatMap((id) => [id, id === 1 ? 16 * across + down : 0x11, 0]);
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...(remark === undefined ? [] : segment(0xfe, [...new TextEncoder().encode(remark)])),
    ...segment(0xdb, [0, ...Array.from({ length: 64 }, () => step)]),
    ...segment(0xc0, [8, ...word(stated[1]), ...word(stated[0]), 3, ...components]),
    ...segment(0xc4, huffman(0x00, DC)),
    ...segment(0xc4, huffman(0x10, AC)),
    ...(interval > 0 ? segment(0xdd, word(interval)) : []),
    ...segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
  ]);
}

class Bits {
  bytes = [];
  #held = 0;
  #count = 0;

  put(value, length) {
    this.#held = (this.#held << length) | value;
    this.#count += length;
    while (this.#count >= 8) {
      this.#count -= 8;
      const byte = (this.#held >> this.#count) & 255;
      this.bytes.push(byte);
      if (byte === 0xff) this.bytes.push(0);
    }
    this.#held &= (1 << this.#count) - 1;
  }

  end() {
    if (this.#count > 0) this.put((1 << (8 - this.#count)) - 1, 8 - this.#count);
    return Uint8Array.from(this.bytes);
  }
}

function transform(block) {
  const rows = new Float64Array(64);
  const out = new Float64Array(64);
  for (let y = 0; y < 8; y++) {
    for (let k = 0; k < 8; k++) {
      let sum = 0;
      for (let n = 0; n < 8; n++) sum += block[8 * y + n] * COSINES[8 * k + n];
      rows[8 * y + k] = sum;
    }
  }
  for (let k = 0; k < 8; k++) {
    for (let x = 0; x < 8; x++) {
      let sum = 0;
      for (let n = 0; n < 8; n++) sum += rows[8 * n + x] * COSINES[8 * k + n];
      out[8 * k + x] = sum;
    }
  }
  return out;
}

const sizeOf = (value) => (value === 0 ? 0 : 32 - Math.clz32(Math.abs(value)));

function putBlock(bits, block, step, before) {
  const coefficients = transform(block);
  const dc = Math.round(coefficients[0] / step);
  const put = (table, symbol, value, size) => {
    bits.put(...table.get(symbol));
    if (size > 0) bits.put(value < 0 ? value + (1 << size) - 1 : value, size);
  };
  const difference = dc - before;
  put(codes.dc, sizeOf(difference), difference, sizeOf(difference));
  let run = 0;
  for (let k = 1; k < 64; k++) {
    const value = Math.round(coefficients[ZIGZAG[k]] / step);
    if (value === 0) {
      run++;
      continue;
    }
    for (; run > 15; run -= 16) put(codes.ac, 0xf0, 0, 0);
    put(codes.ac, 16 * run + sizeOf(value), value, sizeOf(value));
    run = 0;
  }
  if (run > 0) put(codes.ac, 0, 0, 0);
  return dc;
}

/**
 * The samples of some units, row by row of the picture, without a marker.
 * @param {{ width: number, height: number, data: Uint8Array }} picture RGB
 * @param {{ sampling: readonly [number, number], step: number }} options
 * @param {readonly (readonly [column: number, row: number])[]} units
 */
export function encodeUnits({ width, height, data }, { sampling, step }, units) {
  const [across, down] = sampling;
  const bits = new Bits();
  const before = [0, 0, 0];
  const at = (x, y, c) => {
    const from = 3 * (Math.min(y, height - 1) * width + Math.min(x, width - 1));
    const [r, g, b] = [data[from], data[from + 1], data[from + 2]];
    if (c === 0) return 0.299 * r + 0.587 * g + 0.114 * b - 128;
    return c === 1 ? -0.168736 * r - 0.331264 * g + 0.5 * b : 0.5 * r - 0.418688 * g - 0.081312 * b;
  };
  const block = new Float64Array(64);
  for (const [column, row] of units) {
    const [left, top] = [column * 8 * across, row * 8 * down];
    for (let v = 0; v < down; v++) {
      for (let h = 0; h < across; h++) {
        for (let i = 0; i < 64; i++) block[i] = at(left + 8 * h + (i & 7), top + 8 * v + (i >> 3), 0);
        before[0] = putBlock(bits, block, step, before[0]);
      }
    }
    for (const c of [1, 2]) {
      for (let i = 0; i < 64; i++) {
        let sum = 0;
        for (let v = 0; v < down; v++) {
          for (let h = 0; h < across; h++) sum += at(left + (i & 7) * across + h, top + (i >> 3) * down + v, c);
        }
        block[i] = sum / (across * down);
      }
      before[c] = putBlock(bits, block, step, before[c]);
    }
  }
  return bits.end();
}

/** A whole picture as the samples of its restart intervals. */
export function encodeIntervals(picture, { sampling, step, interval }) {
  const across = Math.ceil(picture.width / (8 * sampling[0]));
  const down = Math.ceil(picture.height / (8 * sampling[1]));
  const units = Array.from({ length: across * down }, (_, i) => [i % across, Math.floor(i / across)]);
  const length = interval > 0 ? interval : units.length;
  return Array.from({ length: Math.ceil(units.length / length) }, (_, i) =>
    encodeUnits(picture, { sampling, step }, units.slice(i * length, (i + 1) * length)),
  );
}

/** A JPEG of a header and intervals, and where in it these begin. */
export function joinJpeg(header, intervals) {
  const starts = [];
  let bytes = header.length;
  for (const { length } of intervals) {
    starts.push(bytes);
    bytes += length + 2;
  }
  const out = new Uint8Array(bytes);
  out.set(header);
  for (const [i, samples] of intervals.entries()) {
    out.set(samples, starts[i]);
    out.set([0xff, i + 1 < intervals.length ? 0xd0 + (i & 7) : 0xd9], starts[i] + samples.length);
  }
  return { jpeg: out, starts };
}
