/**
 * Writes OME-Zarr 0.4 (Zarr version 2) and 0.5 (version 3) field by field after ngff.openmicroscopy.org and zarr-specs.readthedocs.io, without any code
 * of the reader: what a picture is stored as in files by name.
 */
import { deflateSync, gzipSync } from 'node:zlib';

const encoder = new TextEncoder();
const json = (value) => encoder.encode(JSON.stringify(value));

/** CRC-32C bit by bit. */
export function crc32c(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1;
  }
  return ~sum >>> 0;
}

const little = (value, bytes) => Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) & 255);
const join = (...parts) => Uint8Array.from(Buffer.concat(parts));
const withSum = (bytes) => join(bytes, little(crc32c(bytes), 4));
const product = (numbers) => numbers.reduce((a, b) => a * b, 1);

function* places(counts) {
  const total = product(counts);
  for (let i = 0; i < total; i++) {
    let rest = i;
    const place = new Array(counts.length);
    for (let k = counts.length - 1; k >= 0; k--) {
      place[k] = rest % counts[k];
      rest = Math.floor(rest / counts[k]);
    }
    yield place;
  }
}

/** Samples of a chunk in the order `order` of dimensions, the slowest first. */
function chunkBytes(shape, chunk, place, { order, bits, bigEndian, sample }) {
  const out = Buffer.alloc((product(chunk) * bits) / 8);
  const pixel = new Array(chunk.length);
  let at = 0;
  for (const turned of places(order.map((dimension) => chunk[dimension]))) {
    let isInside = true;
    for (let k = 0; k < order.length; k++) {
      const dimension = order[k];
      pixel[dimension] = place[dimension] * chunk[dimension] + turned[k];
      isInside &&= pixel[dimension] < shape[dimension];
    }
    const value = isInside ? sample(pixel) : 0;
    if (bits === 8) out.writeUInt8(value, at);
    else if (bigEndian) out.writeUInt16BE(value, at);
    else out.writeUInt16LE(value, at);
    at += bits / 8;
  }
  return Uint8Array.from(out);
}

const packed = {
  none: (bytes) => bytes,
  zlib: (bytes) => Uint8Array.from(deflateSync(bytes)),
  gzip: (bytes) => Uint8Array.from(gzipSync(bytes)),
};

/**
 * @param {import('./zarr-builder.d.mts').ZarrOptions} options
 * @returns {Map<string, Uint8Array>} files by name
 */
export function buildZarr(options) {
  const { levels, version = 2, axes = 'cyx', bits = 8, chunk = {}, planes = {}, compressor = 'zlib', shards } = options;
  const { order = 'C', separator = '/', bigEndian = false, fill = 0, isMissing = () => false, prefix = '' } = options;
  const names = [...axes];
  const files = new Map();
  for (const [number, picture] of levels.entries()) {
    const lengths = { t: 1, z: 1, c: picture.channels, ...planes, y: picture.height, x: picture.width };
    const shape = names.map((axis) => lengths[axis]);
    const size = names.map((axis) => chunk[axis] ?? (axis === 'x' || axis === 'y' ? 16 : 1));
    const dimensions = names.map((_, i) => i);
    const stored = order === 'C' ? dimensions : order === 'F' ? dimensions.reverse() : order;
    const [t, z, c, y, x] = [...'tzcyx'].map((axis) => names.indexOf(axis));
    const sample = (pixel) => {
      const channel = c < 0 ? 0 : pixel[c];
      const value = picture.data[(pixel[y] * picture.width + pixel[x]) * picture.channels + channel];
      // Planes that are not to be read look otherwise.
      const shown = (t < 0 || pixel[t] === 0) && (z < 0 || pixel[z] === lengths.z >> 1);
      const eight = shown ? value : 255 - value;
      return bits === 8 ? eight : eight * 256 + 17;
    };
    const form = { order: stored, bits, bigEndian, sample };
    const encode = (place) => {
      const bytes = packed[compressor](chunkBytes(shape, size, place, form));
      return options.sums && version === 3 ? withSum(bytes) : bytes;
    };
    const grid = shape.map((side, i) => Math.ceil(side / size[i]));
    const folder = `${prefix}${number}/`;
    const key = (place) => (version === 2 ? place.join(separator) : ['c', ...place].join('/'));
    files.set(
      `${folder}${version === 2 ? '.zarray' : 'zarr.json'}`,
      json(
        version === 2
          ? {
              zarr_format: 2,
              shape,
              chunks: size,
              dtype: bits === 8 ? '|u1' : bigEndian ? '>u2' : '<u2',
              compressor: compressor === 'none' ? null : { id: compressor, level: 1 },
              fill_value: fill,
              order,
              filters: null,
              dimension_separator: separator,
            }
          : arrayV3({ shape, size, shards, names, stored, ...options, bits, bigEndian, fill, compressor }),
      ),
    );
    if (version === 2 || shards === undefined) {
      for (const place of places(grid)) if (!isMissing(number, place)) files.set(folder + key(place), encode(place));
      continue;
    }
    const counts = names.map((axis) => shards[axis] ?? 1);
    for (const shard of places(grid.map((side, i) => Math.ceil(side / counts[i])))) {
      const parts = [];
      const index = [];
      // Some writers put the index before the chunks.
      let offset = options.indexAt === 'start' ? product(counts) * 16 + 4 : 0;
      for (const inside of places(counts)) {
        const place = shard.map((at, i) => at * counts[i] + inside[i]);
        const isThere = place.every((at, i) => at < grid[i]) && !isMissing(number, place);
        const bytes = isThere ? encode(place) : undefined;
        index.push(
          bytes === undefined ? new Uint8Array(16).fill(255) : join(little(offset, 8), little(bytes.length, 8)),
        );
        if (bytes !== undefined) parts.push(bytes);
        offset += bytes?.length ?? 0;
      }
      if (parts.length === 0) continue;
      const table = withSum(join(...index));
      files.set(folder + key(shard), options.indexAt === 'start' ? join(table, ...parts) : join(...parts, table));
    }
  }
  const metadata = {
    multiscales: [multiscale(names, options)],
    ...(options.omero ? { omero: options.omero } : {}),
    ...options.attributes,
  };
  if (version === 3) {
    files.set(
      `${prefix}zarr.json`,
      json({ zarr_format: 3, node_type: 'group', attributes: { ome: { version: '0.5', ...metadata } } }),
    );
  } else {
    files.set(`${prefix}.zgroup`, json({ zarr_format: 2 }));
    files.set(`${prefix}.zattrs`, json(metadata));
  }
  return files;
}

function arrayV3({ shape, size, shards, names, stored, bits, bigEndian, fill, compressor, sums, order, indexAt }) {
  const turned = order !== undefined && order !== 'C';
  const codecs = [
    ...(turned ? [{ name: 'transpose', configuration: { order: stored } }] : []),
    { name: 'bytes', ...(bits === 8 ? {} : { configuration: { endian: bigEndian ? 'big' : 'little' } }) },
    ...(compressor === 'none'
      ? []
      : [{ name: compressor === 'zlib' ? 'numcodecs.zlib' : compressor, configuration: { level: 1 } }]),
    ...(sums ? [{ name: 'crc32c' }] : []),
  ];
  const outer = shards === undefined ? size : size.map((side, i) => side * (shards[names[i]] ?? 1));
  const index = [{ name: 'bytes', configuration: { endian: 'little' } }, { name: 'crc32c' }];
  const sharded = { chunk_shape: size, codecs, index_codecs: index, index_location: indexAt ?? 'end' };
  return {
    zarr_format: 3,
    node_type: 'array',
    shape,
    data_type: `uint${bits}`,
    chunk_grid: { name: 'regular', configuration: { chunk_shape: outer } },
    chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
    fill_value: fill,
    codecs: shards === undefined ? codecs : [{ name: 'sharding_indexed', configuration: sharded }],
    dimension_names: names,
    attributes: {},
  };
}

const TYPES = { t: 'time', c: 'channel', z: 'space', y: 'space', x: 'space' };

function multiscale(names, { levels, microns = [0.5, 0.5], unit = 'micrometer', version = 2 }) {
  const [across, down] = microns;
  const scale = (downsample) =>
    names.map((axis) => (axis === 'x' ? across * downsample : axis === 'y' ? down * downsample : 1));
  return {
    ...(version === 2 ? { version: '0.4' } : {}),
    name: 'picture',
    axes: names.map((name) => ({ name, type: TYPES[name], ...(TYPES[name] === 'space' && unit ? { unit } : {}) })),
    datasets: levels.map((level, i) => ({
      path: String(i),
      coordinateTransformations: [{ type: 'scale', scale: scale(levels[0].width / level.width) }],
    })),
  };
}
