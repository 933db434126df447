/**
 * Malformed TIFFs by name: lies in every tag, in both byte orders and both sizes of header; loops, bombs, damaged streams.
 * `sparse` cases are not damage: absent tiles read as white.
 */
import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import { buildTiff } from './tiff-builder.mjs';

const SIDE = 32;
const noise = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * 37) & 255);
const text = (value) => [...new TextEncoder().encode(value), 0];

/** A good RGB file of one tile; `changes` replace or, with null, remove tags. */
function rgb(changes = {}, options = {}) {
  const block = options.block ?? noise;
  const tags = {
    256: { type: 4, values: [SIDE] },
    257: { type: 4, values: [SIDE] },
    258: { type: 3, values: [8, 8, 8] },
    259: { type: 3, values: [1] },
    262: { type: 3, values: [2] },
    277: { type: 3, values: [3] },
    284: { type: 3, values: [1] },
    322: { type: 4, values: [SIDE] },
    323: { type: 4, values: [SIDE] },
    324: { type: 4, values: 'blocks' },
    325: { type: 4, values: [block.length] },
    ...changes,
  };
  return buildTiff({
    ...options,
    tags: Object.entries(tags)
      .filter(([, value]) => value !== null)
      .map(([tag, value]) => ({ tag: Number(tag), ...value })),
    blocks: [block],
  });
}

const ORDERS = [
  { name: 'II classic', little: true, big: false },
  { name: 'MM classic', little: false, big: false },
  { name: 'II big', little: true, big: true },
  { name: 'MM big', little: false, big: true },
];
const NUMBERED = [256, 257, 258, 259, 262, 277, 284, 322, 323, 324, 325];
const EXTREME = [0, 3, 255, 65535, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

function* lies() {
  for (const { name, ...order } of ORDERS) {
    for (const tag of NUMBERED) {
      for (const value of EXTREME) {
        // 3 is true of SamplesPerPixel; colours 0, 3 bits and so on are lies.
        if (tag === 277 && value === 3) continue;
        yield [`${name}: tag ${tag} is ${value}`, rgb({ [tag]: { type: 4, values: [value] } }, order)];
      }
      yield [
        `${name}: tag ${tag} claims 2^32 - 1 values`,
        rgb({ [tag]: { type: 4, values: [1], count: 2 ** 32 - 1 } }, order),
      ];
      yield [
        `${name}: tag ${tag} lies past the end`,
        rgb({ [tag]: { type: 4, values: [1, 2, 3, 4], offset: 1e9 } }, order),
      ];
      yield [`${name}: tag ${tag} is text`, rgb({ [tag]: { type: 2, values: text('many') } }, order)];
    }
    yield [`${name}: next directory is itself`, rgb({}, { ...order, next: order.big ? 16 : 8 })];
    yield [`${name}: next directory past the end`, rgb({}, { ...order, next: 1e9 })];
    yield [`${name}: next directory in the pixels`, rgb({}, { ...order, next: 400 })];
    yield [`${name}: sub-image is its own page`, rgb({ 330: { type: 4, values: [order.big ? 16 : 8] } }, order)];
    yield [`${name}: 2^31 - 1 a side in a few bytes`, rgb(sized(2 ** 31 - 1), order)];
    yield [`${name}: no tile offsets`, rgb({ 324: null }, order)];
    yield [`${name}: no size`, rgb({ 256: null }, order)];
  }
}

const sized = (side) => ({ 256: { type: 4, values: [side] }, 257: { type: 4, values: [side] } });
const packed = (code, block, more = {}) => rgb({ 259: { type: 3, values: [code] }, ...more }, { block });

/** Zeros as a whole zlib stream, made without as much memory. */
function deflatedZeros(megabytes) {
  const one = deflateRawSync(new Uint8Array(1 << 20), { finishFlush: constants.Z_SYNC_FLUSH });
  const sum = Buffer.alloc(4);
  sum.writeUInt16BE((megabytes << 20) % 65521, 0);
  sum.writeUInt16BE(1, 2);
  return Buffer.concat([Uint8Array.of(0x78, 0x9c), ...Array(megabytes).fill(one), Uint8Array.of(3, 0), sum]);
}

function* streams() {
  yield ['deflate: 200 MB of zeros in a tile of 3 KB', packed(8, deflatedZeros(200))];
  yield ['deflate: too little', packed(8, deflateSync(new Uint8Array(100)))];
  for (const [code, name] of Object.entries({
    5: 'LZW',
    7: 'JPEG',
    8: 'Deflate',
    32773: 'PackBits',
    50001: 'WebP',
    50000: 'Zstandard',
    33003: 'JPEG 2000',
    33005: 'JPEG 2000',
  })) {
    yield [`${name}: noise`, packed(Number(code), noise)];
    yield [`${name}: one byte`, packed(Number(code), Uint8Array.of(0x80))];
    yield [`${name}: zeros`, packed(Number(code), new Uint8Array(500))];
  }
  const huge = [0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0xff, 0xff, 0xff, 0xff, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
  yield ['JPEG: a frame of 65,535 x 65,535', packed(7, Uint8Array.from(huge))];
  yield [
    'JPEG: no tables',
    packed(7, Uint8Array.from([...huge.slice(0, 7), 0, 32, 0, 32, ...huge.slice(11), 0xff, 0xd9])),
  ];
  yield [
    'JPEG: damaged tables',
    packed(7, Uint8Array.from(huge), { 347: { type: 7, values: [1, 2, 3, 4, 5, 6, 7, 8] } }),
  ];
  const unknown = [2, 3, 4, 6, 9, 34712, 52479, 65000];
  for (const code of unknown) yield [`compression ${code}`, packed(code, noise)];
  yield ['predictor 9', rgb({ 317: { type: 3, values: [9] } })];
  yield [
    'palette missing',
    rgb({ 262: { type: 3, values: [3] }, 277: { type: 3, values: [1] }, 258: { type: 3, values: [8] } }),
  ];
  const entities = Array.from({ length: 30 }, (_, i) => `<!ENTITY a${i + 1} "&a${i};&a${i};&a${i};">`).join('');
  const xml = `<?xml version="1.0"?><!DOCTYPE OME [<!ENTITY a0 "x">${entities}]><OME><Image><Pixels SizeC="3" Name="&a30;"/></Image></OME>`;
  yield ['OME-XML: an entity bomb', rgb({ 270: { type: 2, values: text(xml) }, 325: { type: 4, values: [1] } })];
  const deep = `<OME>${'<a>'.repeat(1e5)}`;
  yield [
    'OME-XML: 100,000 levels deep, tile of one byte',
    rgb({ 270: { type: 2, values: text(deep) }, 325: { type: 4, values: [1] } }),
  ];
}

function* truncations() {
  const whole = rgb();
  for (let length = 0; length < whole.length; length += 48)
    yield [`cut off at ${length} bytes`, whole.slice(0, length)];
}

/** @type {() => Generator<[name: string, bytes: Uint8Array]>} */
export function* malformed() {
  yield* lies();
  yield* streams();
  yield* truncations();
}

/** Absent tiles, by offset or by byte count: white. */
export const sparse = [
  ['offset 0', rgb({ 324: { type: 4, values: [0] } })],
  ['no bytes', rgb({ 325: { type: 4, values: [0] } })],
];

export const good = rgb();
