/**
 * The list of files at the end of a ZIP file, in its plain form and that of more than 4 GB or 65,535 files. Only the list is read: what is in the
 * files lies where it says. Source: APPNOTE.TXT 6.3.10, PKWARE.
 */
import { SlideError } from '../../slide-error.js';
import type { ByteSource } from '../byte-source.js';

export interface ZipEntry {
  /** Where the entry's own header begins. */
  readonly header: number;
  readonly stored: number;
  readonly size: number;
  /** 0 stored, 8 Deflate; others are refused when they are opened. */
  readonly method: number;
  readonly isEncrypted: boolean;
}

const END_BYTES = 22;
const MAX_COMMENT = 65_535;
const LOCATOR_BYTES = 20;
const END_64_BYTES = 56;
const ENTRY_BYTES = 46;
/** The list of a million files; it is kept as long as the slide. */
const MAX_LIST_BYTES = 64 << 20;
/** In a field of 32 or 16 bits: the value is in the form for large files. */
const [IN_64, IN_64_SHORT] = [0xffffffff, 0xffff];

const SIGNATURE = { end: 0x06054b50, end64: 0x06064b50, locator: 0x07064b50, entry: 0x02014b50 } as const;

export const damagedZip = (source: ByteSource, problem: string): SlideError =>
  new SlideError('bad-input', problem, {
    subject: source.name,
    hint: 'the ZIP file is damaged or cut off: copy or make it again',
  });

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const long = (view: DataView, at: number): number => view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;

/**
 * @returns entries by name; folders, whose names end with a slash, are left out
 * @throws {SlideError} `bad-input` for a file that is cut off or contradicts itself, `unsupported` for one of several volumes
 */
export async function readZipDirectory(source: ByteSource): Promise<ReadonlyMap<string, ZipEntry>> {
  const { offset, bytes, count } = await findList(source);
  if (offset + bytes > source.size) throw damagedZip(source, 'the list of its files passes the end');
  if (bytes > MAX_LIST_BYTES || count * ENTRY_BYTES > bytes) {
    throw damagedZip(source, `a list of ${count} files in ${bytes} bytes is impossible or too large`);
  }
  const list = await source.read(offset, bytes);
  const view = viewOf(list);
  const decoder = new TextDecoder();
  const entries = new Map<string, ZipEntry>();
  for (let i = 0, at = 0; i < count; i++) {
    const whole = at + ENTRY_BYTES <= bytes && view.getUint32(at, true) === SIGNATURE.entry;
    if (!whole) throw damagedZip(source, `entry ${i} of the list of its files is damaged`);
    const [nameBytes, extraBytes] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
    const extra = at + ENTRY_BYTES + nameBytes;
    const end = extra + extraBytes + view.getUint16(at + 32, true);
    if (end > bytes) throw damagedZip(source, `entry ${i} of the list of its files is damaged`);
    const name = decoder.decode(list.subarray(at + ENTRY_BYTES, extra));
    if (!name.endsWith('/'))
      entries.set(
        name,
        entryAt(view, at, extra, extraBytes, () => damagedZip(source, `${name}: its sizes are damaged`)),
      );
    at = end;
  }
  return entries;
}

function entryAt(view: DataView, at: number, extra: number, extraBytes: number, damaged: () => Error): ZipEntry {
  // Values that do not fit stand in the extra field 1, in this order.
  let [size, stored, header] = [24, 20, 42].map((field) => view.getUint32(at + field, true)) as [
    number,
    number,
    number,
  ];
  for (let field = extra; field + 4 <= extra + extraBytes; ) {
    const length = view.getUint16(field + 2, true);
    if (view.getUint16(field, true) === 1) {
      let next = field + 4;
      const take = (value: number): number => {
        if (value !== IN_64) return value;
        if (next + 8 > field + 4 + length || next + 8 > extra + extraBytes) throw damaged();
        next += 8;
        return long(view, next - 8);
      };
      [size, stored, header] = [take(size), take(stored), take(header)];
    }
    field += 4 + length;
  }
  const method = view.getUint16(at + 10, true);
  return { header, stored, size, method, isEncrypted: (view.getUint16(at + 8, true) & 1) === 1 };
}

async function findList(source: ByteSource): Promise<{ offset: number; bytes: number; count: number }> {
  const tail = Math.min(source.size, END_BYTES + MAX_COMMENT);
  const from = source.size - tail;
  const bytes = await source.read(from, tail);
  const view = viewOf(bytes);
  let at = tail - END_BYTES;
  while (
    at >= 0 &&
    !(view.getUint32(at, true) === SIGNATURE.end && at + END_BYTES + view.getUint16(at + 20, true) <= tail)
  )
    at--;
  if (at < 0) throw damagedZip(source, 'the list of files at its end is missing');
  if (view.getUint16(at + 4, true) !== 0 && view.getUint16(at + 4, true) !== IN_64_SHORT) {
    throw new SlideError('unsupported', 'ZIP files of several volumes are not supported', { subject: source.name });
  }
  const count = view.getUint16(at + 10, true);
  const [size, offset] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
  if (count !== IN_64_SHORT && size !== IN_64 && offset !== IN_64) return { offset, bytes: size, count };
  const locatorAt = from + at - LOCATOR_BYTES;
  const locator = locatorAt < 0 ? undefined : viewOf(await source.read(locatorAt, LOCATOR_BYTES));
  if (locator?.getUint32(0, true) !== SIGNATURE.locator) return { offset, bytes: size, count };
  const endAt = long(locator, 8);
  if (endAt + END_64_BYTES > source.size) throw damagedZip(source, 'the place of the list of its files passes the end');
  const end = viewOf(await source.read(endAt, END_64_BYTES));
  if (end.getUint32(0, true) !== SIGNATURE.end64)
    throw damagedZip(source, 'the place of the list of its files is damaged');
  return { offset: long(end, 48), bytes: long(end, 40), count: long(end, 32) };
}
