/** The directory of a CZI: every sub-block of pixels, where it lies in the file and on the slide, and how it is stored. */
import type { ByteSource } from '../../source/byte-source.js';
import { damagedCzi, longAt, nameIn, segmentAt, severalFiles, unsupportedCzi, viewOf } from './segments.js';

/** Along X or Y. */
export interface Extent {
  /** Level-0 pixels; may be negative. */
  readonly start: number;
  /** Level-0 pixels. */
  readonly size: number;
  /** Pixels as stored; fewer than `size` in a reduced picture. */
  readonly stored: number;
}

export interface SubBlock {
  /** Of its segment in the file. */
  readonly position: number;
  readonly pixelType: number;
  readonly compression: number;
  readonly x: Extent;
  readonly y: Extent;
  /** Index of the tile in its mosaic: of two that overlap, the higher is seen. Undefined where there is none. */
  readonly mosaic: number | undefined;
  /** Coordinates of the other dimensions by their letter: `S` scene, `C` channel, `Z` focal plane, `T` time. */
  readonly at: Readonly<Record<string, number>>;
}

const FIXED_BYTES = 128;
/** Of an entry before its dimensions, and of each of these. */
const ENTRY_BYTES = 32;
const DIMENSION_BYTES = 20;
const MAX_DIMENSIONS = 40;
/** More than any scan has: half a million tiles of two million pixels. */
const MAX_SUB_BLOCKS = 1 << 19;
/** Pixels a side of one sub-block, and how far from the origin one may lie. */
const MAX_SIDE = 1 << 17;
const MAX_PLACE = 1 << 28;
const DIMENSIONS = 'XYCZTRSIHVBM';

/** @throws {SlideError} `bad-input` for a directory that is cut off or says what cannot be */
export async function readDirectory(source: ByteSource, position: number): Promise<readonly SubBlock[]> {
  const { name: subject } = source;
  const what = 'the directory of sub-blocks';
  if (position === 0) throw damagedCzi(subject, `${what}: there is none`);
  const { offset, length } = await segmentAt(source, position, ['ZISRAWDIRECTORY'], what);
  if (length < FIXED_BYTES) throw damagedCzi(subject, `${what}: ${length} bytes are too few`);
  const count = viewOf(await source.read(offset, 4)).getInt32(0, true);
  if (count < 0 || count > MAX_SUB_BLOCKS || FIXED_BYTES + count * (ENTRY_BYTES + 2 * DIMENSION_BYTES) > length) {
    throw damagedCzi(subject, `${what}: ${count} entries are impossible in ${length} bytes`);
  }
  const bytes = await source.read(offset + FIXED_BYTES, length - FIXED_BYTES);
  const blocks: SubBlock[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const { block, end } = parseEntry(bytes, at, `${what}: entry ${i}`, subject);
    if (!(block.position > 0)) throw damagedCzi(subject, `${what}: entry ${i}: its position is impossible`);
    blocks.push(block);
    at = end;
  }
  // Entries that are not counted would leave white paper where they lie.
  if (bytes.subarray(at).some((byte) => byte !== 0))
    throw damagedCzi(subject, `${what}: it holds more than its ${count} entries`);
  return blocks;
}

/**
 * An entry, which stands in the directory and in the segment of the sub-block itself.
 * @param where for messages
 * @throws {SlideError} `bad-input` for what cannot be, `unsupported` for a sub-block in another file
 */
export function parseEntry(
  bytes: Uint8Array,
  from: number,
  where: string,
  subject: string,
): { block: SubBlock; end: number } {
  const fail = (problem: string) => damagedCzi(subject, `${where}: ${problem}`);
  if (from + ENTRY_BYTES > bytes.length) throw fail('it is cut off');
  const view = viewOf(bytes);
  const schema = nameIn(bytes.subarray(from, from + 2));
  if (schema === 'DE') throw unsupportedCzi(subject, `${where}: entries of the kind DE are not supported`);
  if (schema !== 'DV') throw fail('it does not begin as an entry');
  const position = longAt(view, from + 6);
  const dimensions = view.getInt32(from + 28, true);
  const end = from + ENTRY_BYTES + dimensions * DIMENSION_BYTES;
  if (view.getInt32(from + 14, true) !== 0) throw severalFiles(subject);
  if (dimensions < 2 || dimensions > MAX_DIMENSIONS || end > bytes.length)
    throw fail(`${dimensions} dimensions are impossible`);
  const extents = new Map<string, Extent>();
  const others: Record<string, number> = {};
  for (let at = from + ENTRY_BYTES; at < end; at += DIMENSION_BYTES) {
    const name = nameIn(bytes.subarray(at, at + 4));
    const [start, size, stored] = [4, 8, 16].map((part) => view.getInt32(at + part, true)) as [number, number, number];
    if (name.length !== 1 || !DIMENSIONS.includes(name))
      throw fail(`the dimension ${JSON.stringify(name)} is not known`);
    if (extents.has(name) || Object.hasOwn(others, name)) throw fail(`it has two dimensions ${name}`);
    if (name !== 'X' && name !== 'Y') others[name] = start;
    else if (
      size >= 1 &&
      stored >= 1 &&
      stored <= size &&
      stored <= MAX_SIDE &&
      Math.abs(start) <= MAX_PLACE &&
      size <= MAX_PLACE
    ) {
      extents.set(name, { start, size, stored });
    } else throw fail(`${size} pixels along ${name} at ${start}, stored as ${stored}, are impossible`);
  }
  const [x, y] = [extents.get('X'), extents.get('Y')];
  if (x === undefined || y === undefined) throw fail('it has no X or no Y');
  const { M: mosaic, ...at } = others;
  const [pixelType, compression] = [view.getInt32(from + 2, true), view.getInt32(from + 18, true)];
  return { block: { position, pixelType, compression, x, y, mosaic, at }, end };
}
