/**
 * The frame of a CZI: everything lies in segments, each with a name and its size, and the file's own header says where the directories are. Facts: the
 * structures of libCZI's public headers and OpenSlide's reader.
 */
import { SlideError } from '../../slide-error.js';
import { type ByteSource, checkRange } from '../../source/byte-source.js';

export const damagedCzi = (subject: string, problem: string): SlideError =>
  new SlideError('bad-input', problem, {
    subject,
    hint: 'the file is damaged or cut off: copy or export it again',
  });

/** What a CZI that is sound and not read is told. */
export const unsupportedCzi = (subject: string, problem: string, hint = 'export it from ZEN as OME-TIFF'): SlideError =>
  new SlideError('unsupported', problem, { subject, hint });

export interface CziFile {
  /** The whole file, or the CZI inside an attachment. */
  readonly source: ByteSource;
  /** Positions of segments; 0: there is none. */
  readonly directory: number;
  readonly metadata: number;
  readonly attachments: number;
  /** Its writer says that it has not ended. */
  readonly isPending: boolean;
}

export interface Segment {
  /** Of its data, behind the header. */
  readonly offset: number;
  /** Bytes that are used. */
  readonly length: number;
}

const HEADER_BYTES = 32;
const NAME_BYTES = 16;
const FILE_BYTES = 80;
const FILE_NAME = 'ZISRAWFILE';

/** Whether a file of these first bytes is a CZI. */
export const isCzi = (head: Uint8Array): boolean => nameIn(head) === FILE_NAME;

/** Text up to the first zero. */
export function nameIn(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return String.fromCharCode(...bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, NAME_BYTES)));
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** A whole number of 64 bits; NaN where it is negative or beyond what a file can have. */
export function longAt(view: DataView, at: number): number {
  const value = view.getBigInt64(at, true);
  return value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : Number.NaN;
}

/**
 * @throws {SlideError} `bad-input` for what is no CZI or leads out of the file, `unsupported` for one of the parts of a slide of several files
 */
export async function openCziFile(source: ByteSource): Promise<CziFile> {
  const { name: subject } = source;
  const { offset, length } = await segmentAt(source, 0, [FILE_NAME], 'the header');
  if (length < FILE_BYTES) throw damagedCzi(subject, `the header: ${length} bytes are too few`);
  const view = viewOf(await source.read(offset, FILE_BYTES));
  const major = view.getInt32(0, true);
  if (major !== 1) throw unsupportedCzi(subject, `version ${major} of CZI is not supported`);
  if (view.getInt32(48, true) !== 0) throw severalFiles(subject);
  const position = (at: number, what: string): number => {
    const value = longAt(view, at);
    if (value < source.size) return value;
    throw damagedCzi(subject, `the header: ${what} lies outside the file`);
  };
  return {
    source,
    directory: position(52, 'the directory of sub-blocks'),
    metadata: position(60, 'the metadata'),
    isPending: view.getInt32(68, true) !== 0,
    attachments: position(72, 'the directory of attachments'),
  };
}

export const severalFiles = (subject: string): SlideError =>
  unsupportedCzi(subject, 'a CZI of several files is not supported', 'save it from ZEN as one file');

/**
 * @param names that the segment may have
 * @param what for messages
 * @throws {SlideError} `bad-input` for a segment of another name, and for one that passes the end of the file
 */
export async function segmentAt(
  source: ByteSource,
  position: number,
  names: readonly string[],
  what: string,
): Promise<Segment> {
  const { name: subject, size } = source;
  if (position + HEADER_BYTES > size) throw damagedCzi(subject, `${what}: it passes the end of the file`);
  const head = await source.read(position, HEADER_BYTES);
  const found = nameIn(head);
  if (!names.includes(found)) {
    throw damagedCzi(subject, `${what}: at ${position} there is no segment ${names.join(' or ')}`);
  }
  const view = viewOf(head);
  const [allocated, stated] = [longAt(view, 16), longAt(view, 24)];
  // Early writers left the used bytes at 0.
  const used = stated === 0 ? allocated : stated;
  if (!(position + HEADER_BYTES + used <= size)) throw damagedCzi(subject, `${what}: it passes the end of the file`);
  return { offset: position + HEADER_BYTES, length: used };
}

/** A part of a file as a file of its own; closing it does nothing. */
export function partOf(source: ByteSource, start: number, size: number): ByteSource {
  return {
    name: source.name,
    size,
    read: async (offset, length, options) => {
      checkRange(source.name, size, offset, length);
      return source.read(start + offset, length, options);
    },
    close: async () => undefined,
  };
}
