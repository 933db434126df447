/**
 * Records as TensorFlow frames them (tensorflow/core/lib/io/record_writer.h): length, masked CRC-32C of the length, data, masked CRC-32C
 * of the data. TFRecord files and TensorBoard's event files are rows of these.
 */
import { FtuError } from '../errors.js';

/** Table of the Castagnoli polynomial, reflected. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** CRC-32C (Castagnoli) of bytes, as RFC 3720 defines it. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = (table[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** TensorFlow's mask, which keeps a checksum of data that holds checksums from being weak. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Bytes before a record's data: its length and the checksum of that. */
const HEADER = 12;
/** Bytes after it. */
const FOOTER = 4;

/**
 * One framed record.
 *
 * @example
 * await file.writeFile(encodeTfRecord(example));
 */
export function encodeTfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + HEADER + FOOTER);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(record.subarray(0, 8)), true);
  record.set(data, HEADER);
  view.setUint32(HEADER + data.length, masked(data), true);
  return record;
}

/**
 * The data of each record of an uncompressed file, in its order; views of `bytes`, not copies. Both checksums of a record are verified
 * before it is given out.
 *
 * @param subject What errors name, such as the file's path.
 * @throws FtuError `bad-input` that says which record is damaged or cut off
 * @example
 * for (const data of decodeTfRecords(gunzipSync(await readFile('tile.tfrec')))) decodeExample(data);
 */
export function* decodeTfRecords(bytes: Uint8Array, subject?: string): Generator<Uint8Array, void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (record: number, problem: string): FtuError =>
    new FtuError('bad-input', `record ${record} ${problem}`, {
      ...(subject === undefined ? {} : { subject }),
      hint: 'the file is damaged, or compressed and not unpacked',
    });
  for (let at = 0, record = 0; at < bytes.length; record++) {
    if (at + HEADER > bytes.length) throw damaged(record, 'is cut off');
    if (view.getUint32(at + 8, true) !== masked(bytes.subarray(at, at + 8))) {
      throw damaged(record, 'has a length that its checksum denies');
    }
    const length = view.getBigUint64(at, true);
    if (length > BigInt(bytes.length - at - HEADER - FOOTER)) throw damaged(record, 'is cut off');
    const end = at + HEADER + Number(length);
    const data = bytes.subarray(at + HEADER, end);
    if (view.getUint32(end, true) !== masked(data)) throw damaged(record, 'holds data that its checksum denies');
    yield data;
    at = end + FOOTER;
  }
}
