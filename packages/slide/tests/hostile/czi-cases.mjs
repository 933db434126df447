/** Malformed CZIs by name: lies in the header, in the directory, in the sub-blocks and attachments; segments that lead anywhere; damaged samples and XML. */
import { readFileSync } from 'node:fs';
import { buildCzi, xmlOf } from '../czi/czi-builder.mjs';
import { makeSlide } from '../czi/czi-slides.mjs';
import { samplesOf } from '../czi/pictures.mjs';
import { zstdFrame } from '../czi/zstd-frame.mjs';

const jxr = (name) => new Uint8Array(readFileSync(new URL(`../fixtures/jpeg-xr/${name}.jxr`, import.meta.url)));
const small = {
  scenes: [{ x: -9, y: 4, columns: 2, rows: 1, side: [16, 12], overlap: 3 }],
  factors: [2],
  pyramidSide: 8,
};
const label = buildCzi([{ x: 0, y: 0, picture: samplesOf(9, 7, 3, 8) }]);
const attachments = [{ name: 'Label', kind: 'CZI', bytes: label }];
const plain = makeSlide(small).blocks;
const photo = { x: 0, y: 0, picture: samplesOf(61, 43, 3, 8), compression: 'jpeg-xr', data: jxr('rgb') };
const deep = { x: 0, y: 0, picture: samplesOf(61, 43, 3, 16), compression: 'jpeg-xr', data: jxr('rgb16') };

/** Files that are sound: mutations begin with them. */
export const soundCzis = [
  buildCzi(plain, { attachments }),
  buildCzi([photo, { ...photo, x: 61, picture: photo.picture, data: jxr('lossy-420') }]),
  buildCzi([deep]),
  buildCzi(makeSlide({ ...small, bits: 16, compression: 'parted' }).blocks),
];

const LIES = [-1, 0, 1, 0x7fff, 2 ** 31 - 1];

/** A file with words changed. */
function changed(original, at, value, bytes = 4) {
  const out = Buffer.from(original);
  if (bytes === 8) out.writeBigInt64LE(BigInt(value), at);
  else out.writeInt32LE(value, at);
  return new Uint8Array(out);
}

const places = (bytes, name) => {
  const found = [];
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) found.push(at);
  return found;
};

function* words() {
  const file = Buffer.from(soundCzis[0]);
  const [directory] = places(file, 'ZISRAWDIRECTORY').filter((at) => at > 1024);
  const [block] = places(file, 'ZISRAWSUBBLOCK');
  const [list] = places(file, 'ZISRAWATTDIR');
  const [attachment] = places(file, 'ZISRAWATTACH');
  const [metadata] = places(file, 'ZISRAWMETADATA');
  const entry = directory + 32 + 128;
  const named = {
    'the version': 32,
    'the part of the file': 80,
    'the position of the directory': 84,
    'the position of the metadata': 92,
    'the position of the attachments': 104,
    'the size of the directory': directory + 24,
    'the count of entries': directory + 32,
    'the pixel type': entry + 2,
    'the position of a sub-block': entry + 6,
    'the part of a sub-block': entry + 14,
    'the compression': entry + 18,
    'the count of dimensions': entry + 28,
    'the start of X': entry + 36,
    'the size of X': entry + 40,
    'the stored size of X': entry + 48,
    'the start of Y': entry + 56,
    'the size of Y': entry + 60,
    'the stored size of Y': entry + 68,
    'the bytes of metadata of a sub-block': block + 32,
    'the bytes of a sub-block': block + 40,
    'the pixel type in a sub-block': block + 50,
    'the dimensions in a sub-block': block + 76,
    'the bytes of XML': metadata + 32,
    'the count of attachments': list + 32,
    'the position of an attachment': list + 32 + 256 + 12,
    'the bytes of an attachment': attachment + 32,
  };
  for (const [name, at] of Object.entries(named)) {
    for (const value of LIES) {
      const lie = changed(soundCzis[0], at, value);
      if (Buffer.compare(lie, file) !== 0) yield [`${name} is ${value}`, lie];
    }
    if (/position|bytes of a sub|size of the d/.test(name)) {
      for (const value of [2n ** 62n, -(2n ** 62n), 2n ** 40n, 33n])
        yield [`${name} is ${value}`, changed(soundCzis[0], at, value, 8)];
    }
  }
  for (const name of [
    'ZISRAWFILE',
    'ZISRAWSUBBLOCK',
    'ZISRAWDIRECTORY',
    'ZISRAWMETADATA',
    'ZISRAWATTACH',
    'ZISRAWATTDIR',
    'DV',
    'A1',
  ]) {
    for (const at of places(file, name)) {
      const out = Buffer.from(file);
      out.write('DELETED', at);
      yield [`${name} at ${at} is another segment`, new Uint8Array(out)];
    }
  }
}

function* lengths() {
  for (const [number, bytes] of soundCzis.entries()) {
    for (let i = 0; i < 24; i++)
      yield [`file ${number} cut off, ${i}`, bytes.subarray(0, Math.floor((bytes.length * i) / 24))];
  }
}

function* contents() {
  const block = { x: 0, y: 0, picture: samplesOf(64, 48, 3, 8) };
  const withData = (compression, data, more = {}) => buildCzi([{ ...block, ...more, compression, data }]);
  const frame = zstdFrame(block.picture.data);
  for (let i = 0; i < 12; i++) {
    yield [`Zstandard cut off, ${i}`, withData('zstd0', frame.subarray(0, 1 + 700 * i))];
    yield [`JPEG XR cut off, ${i}`, buildCzi([{ ...photo, data: photo.data.subarray(0, 1 + 400 * i) }])];
  }
  for (const side of [2 ** 16, 2 ** 17, 2 ** 18, 2 ** 31 - 1]) {
    const vast = { width: side, height: side, samples: 3, bits: 8, data: new Uint8Array() };
    for (const compression of ['none', 'zstd0', 'jpeg-xr']) {
      yield [
        `${side} pixels a side, ${compression}`,
        buildCzi([{ x: 0, y: 0, picture: vast, compression, data: photo.data }]),
      ];
    }
  }
  // What the container of a JPEG XR says, and what its codestream says.
  const tags = Buffer.from(photo.data).indexOf('WMPHOTO');
  for (let at = 4; at < tags; at += 4)
    yield [`JPEG XR: the word at ${at}`, buildCzi([{ ...photo, data: changed(photo.data, at, -1) }])];
  for (const at of [9, 11, 12, 13, 14, 15]) {
    const data = photo.data.slice();
    data[tags + at] ^= 0xff;
    yield [`JPEG XR: the byte ${at} of the codestream`, buildCzi([{ ...photo, data }])];
  }
  const apart = plain.map((one, i) => ({ ...one, x: one.x + i * 2 ** 26 }));
  yield ['sub-blocks far apart', buildCzi(apart)];
  yield ['a hundred sub-blocks in one place', buildCzi(Array.from({ length: 100 }, () => block))];
  for (const xml of [
    '<',
    '<a>',
    '<a></b>',
    '<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>',
    '<a>'.repeat(5000),
    'text',
    '<a/><b/>',
  ]) {
    yield [`XML ${xml.slice(0, 20)}`, buildCzi(plain, { xml })];
  }
  yield ['many channels', buildCzi(plain, { xml: xmlOf({ channels: 5000 }) })];
  for (const kind of ['CZI', 'JPG', 'ZIP', '']) {
    for (const bytes of [Uint8Array.of(0), label.subarray(0, 700), new Uint8Array(4000), photo.data]) {
      yield [
        `an attachment of the kind ${kind}, ${bytes.length} bytes`,
        buildCzi(plain, { attachments: [{ name: 'Label', kind, bytes }] }),
      ];
    }
  }
  yield [
    'an attachment that holds a slide',
    buildCzi(plain, { attachments: [{ ...attachments[0], bytes: soundCzis[0] }] }),
  ];
}

export function* malformedCzi() {
  yield* words();
  yield* lengths();
  yield* contents();
}
