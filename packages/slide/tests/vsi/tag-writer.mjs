/**
 * Writes the tags of a .vsi field by field, without any code of the reader: volumes with a header of 24 bytes, records of 16 or 20 bytes with their values, and
 * behind them, if wished, one picture of the TIFF.
 */
const [INDEXED, EXTENDED, INLINE, VOLUME] = [0x08000000, 0x10000000, 0x40000000, 0x80000000];
/** Kinds of values. */
const Kind = { int: 5, double: 10, boolean: 12, text: 0x2000, rectangle: 259, doubles: 260, perDimension: 8199 };

const bytesOf = (count, write) => {
  const out = Buffer.alloc(count);
  write(out);
  return out;
};

export const int = (tag, value) => ({ tag, kind: Kind.int, data: bytesOf(4, (out) => out.writeInt32LE(value)) });
export const inline = (tag, value) => ({ tag, kind: Kind.int, inline: value });
export const truth = (tag, value) => ({ tag, kind: Kind.boolean, inline: value ? 1 : 0 });
export const double = (tag, value) => ({ tag, kind: Kind.double, data: bytesOf(8, (out) => out.writeDoubleLE(value)) });
export const text = (tag, value) => ({ tag, kind: Kind.text, data: Buffer.from(`${value}\0`, 'utf16le') });
export const doubles = (tag, values) => ({
  tag,
  kind: Kind.doubles,
  data: Buffer.concat(values.map((value) => double(0, value).data)),
});
const ints = (kind) => (tag, values) => ({ tag, kind, data: Buffer.concat(values.map((value) => int(0, value).data)) });
export const rectangle = ints(Kind.rectangle);
export const perDimension = ints(Kind.perDimension);
/** @param type 0 a volume, 1 a set of properties, 2 a picture */
export const volume = (tag, records, { index, type = 1 } = {}) => ({ tag, index, kind: type, records });

/** A volume, all of whose links count from its first byte. */
export function encodeVolume(records) {
  const header = Buffer.alloc(24);
  header.writeUInt16LE(24, 0);
  header.write('IS', 2);
  header.writeUInt32LE(0x192, 4);
  header.writeBigInt64LE(records.length === 0 ? 0n : 24n, 8);
  header.writeUInt32LE(records.length, 16);
  const parts = [header];
  let at = header.length;
  for (const [i, record] of records.entries()) {
    const isLast = i === records.length - 1;
    const encoded = encodeRecord(record, (length) => (isLast ? 0 : at + length));
    parts.push(encoded);
    at += encoded.length;
  }
  return Buffer.concat(parts);
}

function encodeRecord({ tag, index, kind, inline: value, data, records }, nextAfter) {
  const inside = records === undefined ? (data ?? Buffer.alloc(0)) : encodeVolume(records);
  const isIndexed = index !== undefined;
  const head = Buffer.alloc(isIndexed ? 20 : 16);
  let type = kind;
  if (isIndexed) type += INDEXED;
  if (records !== undefined) type += EXTENDED + VOLUME;
  if (value !== undefined) type += INLINE;
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(tag, 4);
  head.writeUInt32LE(nextAfter(head.length + inside.length), 8);
  head.writeInt32LE(value ?? inside.length, 12);
  if (isIndexed) head.writeUInt32LE(index, 16);
  return Buffer.concat([head, inside]);
}

/** An uncompressed RGB picture as the directory of a TIFF, at a place in the file. */
function directoryOf({ width, height, data }, at) {
  const entries = [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, 3, undefined],
    [259, 3, 1, 1],
    [262, 3, 1, 2],
    [273, 4, 1, undefined],
    [277, 3, 1, 3],
    [278, 4, 1, height],
    [279, 4, 1, data.length],
  ];
  const length = 2 + entries.length * 12 + 4;
  const behind = { 258: at + length, 273: at + length + 6 };
  const out = Buffer.alloc(length + 6);
  out.writeUInt16LE(entries.length, 0);
  for (const [i, [tag, type, count, value]] of entries.entries()) {
    const place = 2 + i * 12;
    out.writeUInt16LE(tag, place);
    out.writeUInt16LE(type, place + 2);
    out.writeUInt32LE(count, place + 4);
    const stored = value ?? behind[tag];
    if (type === 3 && count === 1) out.writeUInt16LE(stored, place + 8);
    else out.writeUInt32LE(stored, place + 8);
  }
  for (let i = 0; i < 3; i++) out.writeUInt16LE(8, length + 2 * i);
  return Buffer.concat([out, Buffer.from(data)]);
}

/** A .vsi: the header of a TIFF, the tags, the picture. */
export function encodeVsi(records, thumbnail) {
  const tags = encodeVolume(records);
  const head = Buffer.alloc(8);
  head.write('II*\0', 0, 'latin1');
  if (thumbnail === undefined) return Uint8Array.from(Buffer.concat([head, tags]));
  const padding = Buffer.alloc((8 + tags.length) % 2);
  const at = 8 + tags.length + padding.length;
  head.writeUInt32LE(at, 4);
  return Uint8Array.from(Buffer.concat([head, tags, padding, directoryOf(thumbnail, at)]));
}
