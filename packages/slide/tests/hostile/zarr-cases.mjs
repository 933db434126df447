/** Malformed OME-Zarr by name, each in a ZIP file: lies in its JSON, levels that contradict each other, damaged chunks, shards and lists of files. */
import { constants, deflateRawSync } from 'node:zlib';
import { buildZarr } from '../zarr/zarr-builder.mjs';
import { buildZip } from '../zarr/zip-builder.mjs';

const picture = (width, height) => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + Math.floor(i / (3 * width)) * 11) & 255),
});
const levels = [picture(40, 30), picture(20, 15)];
const second = { levels };
const third = { levels, version: 3, compressor: 'gzip', chunk: { c: 3 } };
const sharded = { ...third, shards: { x: 2, y: 2 } };
const plain = { levels, compressor: 'none' };

/** Files that are sound: mutations begin with them. */
export const soundZarrs = [second, third, sharded, plain].map((options) => buildZip(buildZarr(options)));

const text = (value) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const read = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

const built = new Map();

/** The files of a slide, which may be changed. */
function filesOf(options) {
  const files = built.get(options) ?? buildZarr(options);
  built.set(options, files);
  return new Map([...files].map(([name, bytes]) => [name, bytes.slice()]));
}

/** A ZIP file of a slide whose files were changed. */
function edited(options, edit, zip) {
  const files = filesOf(options);
  edit(files);
  return buildZip(files, zip);
}

/** One value of a JSON file set, or removed where it is undefined. */
const set = (options, file, path, value) =>
  edited(options, (files) => {
    const json = read(files.get(file));
    const inside = path.slice(0, -1).reduce((record, key) => record[key], json);
    inside[path.at(-1)] = value;
    files.set(file, text(json));
  });

const EXTREME = [
  null,
  0,
  -1,
  0.5,
  1e300,
  2 ** 31,
  'many',
  [],
  {},
  [0],
  [-1, -1, -1],
  [1, 2 ** 31 - 1, 2 ** 31 - 1],
  [1e9, 1e9, 1e9],
  [3, 1, 1],
];

function* json() {
  const lies = [
    [second, '0/.zarray', ['shape']],
    [second, '0/.zarray', ['chunks']],
    [second, '0/.zarray', ['dtype']],
    [second, '0/.zarray', ['order']],
    [second, '0/.zarray', ['compressor']],
    [second, '0/.zarray', ['zarr_format']],
    [second, '1/.zarray', ['shape']],
    [second, '.zattrs', ['multiscales']],
    [second, '.zattrs', ['multiscales', 0]],
    [second, '.zattrs', ['multiscales', 0, 'axes']],
    [second, '.zattrs', ['multiscales', 0, 'datasets']],
    [second, '.zattrs', ['multiscales', 0, 'datasets', 1, 'path']],
    [second, '.zattrs', ['multiscales', 0, 'datasets', 0, 'coordinateTransformations', 0, 'scale']],
    [third, '0/zarr.json', ['shape']],
    [third, '0/zarr.json', ['chunk_grid']],
    [third, '0/zarr.json', ['chunk_grid', 'configuration', 'chunk_shape']],
    [third, '0/zarr.json', ['codecs']],
    [third, '0/zarr.json', ['codecs', 0]],
    [third, '0/zarr.json', ['chunk_key_encoding']],
    [third, '0/zarr.json', ['fill_value']],
    [third, 'zarr.json', ['attributes', 'ome']],
    [sharded, '0/zarr.json', ['codecs', 0, 'configuration']],
    [sharded, '0/zarr.json', ['codecs', 0, 'configuration', 'chunk_shape']],
    [sharded, '0/zarr.json', ['codecs', 0, 'configuration', 'index_codecs']],
    [sharded, '0/zarr.json', ['codecs', 0, 'configuration', 'codecs']],
    [sharded, '0/zarr.json', ['codecs', 0, 'configuration', 'index_location']],
  ];
  for (const [options, file, path] of lies) {
    for (const value of EXTREME) {
      // Not damage: a grid of none is a picture that nothing is said of.
      if (path.at(-1) === 'compressor' && value === null) continue;
      yield [`${file}: ${path.join('.')} is ${JSON.stringify(value)}`, set(options, file, path, value)];
    }
    yield [`${file}: ${path.join('.')} is missing`, set(options, file, path, undefined)];
  }
  for (const file of ['.zattrs', '0/.zarray', '1/.zarray']) {
    for (const [what, content] of [
      ['is empty', ''],
      ['is no JSON', '{"multiscales": ['],
      ['is 100,000 levels deep', `{"a": ${'['.repeat(1e5)}${']'.repeat(1e5)}}`],
      ['is a number', '7'],
    ]) {
      yield [`${file} ${what}`, edited(second, (files) => files.set(file, text(content)))];
    }
    yield [
      `${file} has 8 MB`,
      () => edited(second, (files) => files.set(file, new Uint8Array(8 << 20).fill(32)), { deflate: true }),
    ];
    yield [`${file} is missing`, edited(second, (files) => files.delete(file))];
  }
  const codecs = (value) => set(third, '0/zarr.json', ['codecs'], value);
  yield [
    'a shard in a shard',
    set(
      sharded,
      '0/zarr.json',
      ['codecs', 0, 'configuration', 'codecs'],
      [{ name: 'sharding_indexed', configuration: { chunk_shape: [1, 1, 1], codecs: [] } }],
    ),
  ];
  yield [
    'a transposition of no dimensions',
    codecs([{ name: 'transpose', configuration: { order: [0, 0, 0] } }, { name: 'bytes' }]),
  ];
  yield ['two compressions', codecs([{ name: 'bytes' }, { name: 'gzip' }, { name: 'zstd' }])];
  yield ['an unknown codec', codecs([{ name: 'bytes' }, { name: 'constructor' }])];
  yield [
    'shards of 2^40 chunks',
    edited({ ...sharded, levels: [levels[0]] }, (files) => {
      const array = read(files.get('0/zarr.json'));
      array.chunk_grid.configuration.chunk_shape = [3, 2 ** 24, 2 ** 24];
      files.set('0/zarr.json', text(array));
    }),
  ];
}

/** 200 MB of zeros in Deflate behind a header, made without as much memory. */
function bomb(...header) {
  const megabyte = deflateRawSync(new Uint8Array(1 << 20), { finishFlush: constants.Z_SYNC_FLUSH });
  return Uint8Array.from(Buffer.concat([Uint8Array.from(header), ...Array.from({ length: 200 }, () => megabyte)]));
}

function* chunks() {
  const first = '0/0/0/0';
  const put = (bytes, options = second, file = first) =>
    edited(options, (files) => files.set(file, bytes), { deflate: bytes.length > 1e6 });
  const noise = Uint8Array.from({ length: 300 }, (_, i) => (i * 37) & 255);
  yield ['a chunk of 200 MB of zeros', () => put(bomb(0x78, 0x9c))];
  yield ['a chunk of 9 MB', () => put(new Uint8Array(9 << 20))];
  yield ['a chunk of gzip of 200 MB of zeros', () => put(bomb(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3), third, '0/c/0/0/0')];
  for (const id of ['zlib', 'gzip', 'zstd', 'lz4', 'blosc']) {
    const as = (bytes) =>
      edited(second, (files) => {
        files.set('0/.zarray', text({ ...read(files.get('0/.zarray')), compressor: { id } }));
        files.set(first, bytes);
      });
    yield [`${id}: noise`, as(noise)];
    yield [`${id}: nothing`, as(new Uint8Array())];
    yield [`${id}: one byte`, as(Uint8Array.of(2))];
    yield [`${id}: zeros`, as(new Uint8Array(500))];
    yield [`${id}: ones`, as(new Uint8Array(280).fill(255))];
  }
  const blosc = (flags, size, bytes, block, stored, ...rest) => {
    const out = Buffer.alloc(16 + rest.length);
    out.set([2, 1, flags, size]);
    out.writeUInt32LE(bytes, 4);
    out.writeUInt32LE(block, 8);
    out.writeUInt32LE(stored, 12);
    out.set(rest, 16);
    return edited(second, (files) => {
      files.set('0/.zarray', text({ ...read(files.get('0/.zarray')), compressor: { id: 'blosc' } }));
      files.set(first, Uint8Array.from(out));
    });
  };
  yield ['blosc: 4 GB', blosc(0x21, 1, 2 ** 32 - 1, 1 << 16, 100, ...noise)];
  yield ['blosc: blocks of no bytes', blosc(0x21, 1, 256, 0, 100, ...noise)];
  yield ['blosc: elements of no bytes', blosc(0x21, 0, 256, 256, 100, ...noise)];
  yield ['blosc: blocks of one byte', blosc(0x21, 1, 256, 1, 100, ...noise)];
  yield ['blosc: a block past the end', blosc(0x21, 1, 256, 256, 30, 255, 255, 255, 127)];
  yield ['blosc: Snappy', blosc(0x51, 1, 256, 256, 30, 20, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4)];
  const shard = '0/c/0/0/0';
  for (let at = 4; at <= 68; at += 4) {
    const damage = (files) =>
      files.get(shard).fill(255, files.get(shard).length - at, files.get(shard).length - at + 4);
    yield [`shard: ones ${at} bytes before its end`, edited(sharded, damage)];
  }
  for (const length of [0, 1, 3, 20, 67, 68, 69, 200]) {
    yield [
      `shard: its first ${length} bytes`,
      edited(sharded, (files) => files.set(shard, files.get(shard).slice(0, length))),
    ];
  }
}

function* lists() {
  const whole = buildZip(filesOf(second));
  for (let length = 0; length < whole.length; length += 97)
    yield [`cut off at ${length} bytes`, whole.slice(0, length)];
  const at = (from, ...bytes) => {
    const out = whole.slice();
    out.set(bytes, out.length - 22 + from);
    return out;
  };
  yield ['two volumes', at(4, 1)];
  yield ['65,534 files', at(10, 0xfe, 0xff)];
  yield ['a list of 4 GB', at(12, 0xfe, 0xff, 0xff, 0xff)];
  yield ['a list at the end', at(16, 0xfe, 0xff, 0xff, 0xff)];
  yield ['a large form that is not there', at(16, 0xff, 0xff, 0xff, 0xff)];
  yield ['encrypted', buildZip(filesOf(second), { encrypted: true })];
  const large = buildZip(filesOf(second), { zip64: true });
  for (let from = 22; from < 98; from += 4) {
    const out = large.slice();
    out.fill(254, out.length - from, out.length - from + 4);
    yield [`large form: ${from} bytes before the end`, out];
  }
}

export function* malformedZarr() {
  yield* json();
  yield* chunks();
  yield* lists();
}
