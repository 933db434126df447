/** Writes ZIP files after PKWARE's APPNOTE.TXT, stored or deflated, in the plain form or that of large files. */
import { deflateRawSync } from 'node:zlib';

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  return value;
});

function crc32(bytes) {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ CRC[(crc ^ bytes[i]) & 255];
  return ~crc >>> 0;
}

/** @param {[value: number | bigint, bytes: 2 | 4 | 8][]} fields */
function record(fields) {
  const out = Buffer.alloc(fields.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of fields) {
    if (bytes === 8) out.writeBigUInt64LE(BigInt(value), at);
    else out.writeUIntLE(Number(value), at, bytes);
    at += bytes;
  }
  return out;
}

/**
 * @param {ReadonlyMap<string, Uint8Array>} files
 * @param {{ deflate?: boolean, zip64?: boolean, comment?: string, encrypted?: boolean }} [options]
 * @returns {Uint8Array}
 */
export function buildZip(files, { deflate = false, zip64 = false, comment = '', encrypted = false } = {}) {
  const parts = [];
  const list = [];
  let offset = 0;
  const add = (...more) => {
    for (const part of more) {
      parts.push(part);
      offset += part.length;
    }
  };
  for (const [name, bytes] of files) {
    const header = offset;
    const stored = deflate ? deflateRawSync(bytes) : bytes;
    const common = [
      [encrypted ? 1 : 0, 2],
      [deflate ? 8 : 0, 2],
      [0, 4],
      [crc32(bytes), 4],
    ];
    const label = Buffer.from(name);
    // The entry's own header has an extra field that the list has not.
    const extra = record([
      [0x7075, 2],
      [4, 2],
      [0, 4],
    ]);
    add(
      record([
        [0x04034b50, 4],
        [20, 2],
        ...common,
        [stored.length, 4],
        [bytes.length, 4],
        [label.length, 2],
        [extra.length, 2],
      ]),
      label,
      extra,
      stored,
    );
    const far = zip64
      ? record([
          [1, 2],
          [24, 2],
          [bytes.length, 8],
          [stored.length, 8],
          [header, 8],
        ])
      : Buffer.alloc(0);
    const fit = (value) => (zip64 ? 0xffffffff : value);
    list.push(
      record([
        [0x02014b50, 4],
        [20, 2],
        [20, 2],
        ...common,
        [fit(stored.length), 4],
        [fit(bytes.length), 4],
        [label.length, 2],
        [far.length, 2],
        [0, 2],
        [0, 2],
        [0, 2],
        [0, 4],
        [fit(header), 4],
      ]),
      label,
      far,
    );
  }
  const from = offset;
  add(...list);
  const size = offset - from;
  if (zip64) {
    const end = offset;
    add(
      record([
        [0x06064b50, 4],
        [44, 8],
        [45, 2],
        [45, 2],
        [0, 4],
        [0, 4],
        [files.size, 8],
        [files.size, 8],
        [size, 8],
        [from, 8],
      ]),
    );
    add(
      record([
        [0x07064b50, 4],
        [0, 4],
        [end, 8],
        [1, 4],
      ]),
    );
  }
  const note = Buffer.from(comment);
  const [count, bytes, at] = zip64 ? [0xffff, 0xffffffff, 0xffffffff] : [files.size, size, from];
  add(
    record([
      [0x06054b50, 4],
      [0, 4],
      [count, 2],
      [count, 2],
      [bytes, 4],
      [at, 4],
      [note.length, 2],
    ]),
    note,
  );
  return Uint8Array.from(Buffer.concat(parts));
}
