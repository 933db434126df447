/**
 * Where frames lie that are items of their own: a table says it, or their headers are walked. A frame may be cut into several items.
 * Source: PS3.5, A.4; PS3.3, C.7.6.3.1.8 on the extended table.
 */
import type { ByteSource } from '../../../source/byte-source.js';
import { cutOff, damaged } from '../structure/cursor.js';
import type { Place } from '../structure/data-set.js';
import { Tag } from '../structure/tags.js';
import { joinedSource, type Piece } from './joined-source.js';

/** What `TiffPage` calls a block's place, in one file. */
export interface FramePlace {
  readonly source: ByteSource;
  readonly offset: number;
  readonly bytes: number;
  /** As for a block's place. */
  readonly read?: (signal: AbortSignal | undefined) => Promise<Uint8Array>;
}

export interface FrameIndex {
  /** Frames of this file, from 0. @throws {SlideError} `bad-input` for one that is cut off or not where it is said to be */
  locate(frame: number): Promise<FramePlace>;
}

export interface ItemFramesOptions {
  readonly source: ByteSource;
  readonly frames: number;
  /** Value of the pixel data. */
  readonly offset: number;
  readonly extended?: { readonly offsets: Place; readonly lengths: Place } | undefined;
  /** Whether these bytes, the first of an item, begin a frame; undefined where every item is one. */
  readonly begins: ((first: DataView) => boolean) | undefined;
}

const HEADER = 8;
/** Bytes of an item's value that tell whether a frame begins. */
const FIRST = 4;

type Locate = FrameIndex['locate'];

/** The pixel data are looked at when the first frame is asked for. */
export function itemFrames(options: ItemFramesOptions): FrameIndex {
  let index: Promise<Locate> | undefined;
  return {
    locate: async (frame) => {
      if (index === undefined) {
        index = openIndex(options);
        // A cancelled or failed read is tried again by the next one who asks.
        index.catch(() => {
          index = undefined;
        });
      }
      return (await index)(frame);
    },
  };
}

async function openIndex(options: ItemFramesOptions): Promise<Locate> {
  const { source, offset, frames, extended } = options;
  const table = await readItem(source, offset, 'the offset table');
  if (table === undefined) throw damaged(source.name, `the pixel data at ${offset}`, 'they have no items');
  const base = table.offset + table.bytes;
  if (extended !== undefined) return byExtendedTable(options, extended, base);
  if (table.bytes >= 4 * frames) {
    const view = viewOf(await source.read(table.offset, 4 * frames));
    const starts = Float64Array.from({ length: frames }, (_, i) => base + view.getUint32(4 * i, true));
    // Offsets of 32 bits start again from zero in large files, and some writers fill the table with zeros.
    if (starts.every((start, i) => i === 0 || start > (starts[i - 1] as number))) return byTable(options, starts);
  }
  return byWalk(options, base);
}

async function byExtendedTable(
  { source, frames }: ItemFramesOptions,
  { offsets, lengths }: NonNullable<ItemFramesOptions['extended']>,
  base: number,
): Promise<Locate> {
  for (const { length } of [offsets, lengths]) {
    if (length !== 8 * frames)
      throw damaged(source.name, 'the extended offset table', `it has not ${frames} entries, one for each frame`);
  }
  const read = async ({ offset }: Place): Promise<Float64Array> => {
    const view = viewOf(await source.read(offset, 8 * frames));
    return Float64Array.from({ length: frames }, (_, i) => Number(view.getBigUint64(8 * i, true)));
  };
  const [starts, bytes] = [await read(offsets), await read(lengths)];
  return async (frame) => {
    const offset = base + (starts[frame] as number) + HEADER;
    const length = bytes[frame] as number;
    if (!(offset + length <= source.size)) throw cutOff(source.name, `frame ${frame}`);
    return { source, offset, bytes: length };
  };
}

function byTable({ source }: ItemFramesOptions, starts: Float64Array): Locate {
  return async (frame) => {
    const [start, end] = [starts[frame] as number, starts[frame + 1]];
    const items: Piece[] = [];
    for (let at = start; end === undefined || at < end; ) {
      const item = await readItem(source, at, `frame ${frame}`);
      if (item === undefined) break;
      items.push(item);
      at = item.offset + item.bytes;
      if (end !== undefined && at > end) {
        throw damaged(source.name, `frame ${frame} at ${start}`, 'it overlaps the next one');
      }
    }
    return join(source, items, frame);
  };
}

/** Walks all items: without a table, nothing else tells where a frame lies. */
async function byWalk({ source, frames, begins }: ItemFramesOptions, base: number): Promise<Locate> {
  const items: Piece[] = [];
  const firsts: number[] = [];
  for (let at = base; ; ) {
    const item = await readItem(source, at, 'the pixel data');
    if (item === undefined) break;
    if (begins === undefined) firsts.push(items.length);
    else if (item.bytes >= FIRST && begins(viewOf(await source.read(item.offset, FIRST)))) firsts.push(items.length);
    items.push(item);
    at = item.offset + item.bytes;
  }
  // One item for each frame needs no look at what is in it.
  const starts = items.length === frames ? items.map((_, i) => i) : frames === 1 ? [0] : firsts;
  if (starts.length !== frames || starts[0] !== 0) {
    const problem = `${items.length} items do not make ${frames} frames, and no table says where frames begin`;
    throw damaged(source.name, 'the pixel data', problem);
  }
  return async (frame) => join(source, items.slice(starts[frame], starts[frame + 1]), frame);
}

function join(source: ByteSource, pieces: readonly Piece[], frame: number): FramePlace {
  const [only, ...more] = pieces;
  if (only === undefined) throw damaged(source.name, `frame ${frame}`, 'it has no items');
  if (more.length === 0) return { source, ...only };
  const joined = joinedSource(source, pieces);
  return { source: joined, offset: 0, bytes: joined.size };
}

const viewOf = (data: Uint8Array): DataView => new DataView(data.buffer, data.byteOffset, data.byteLength);

/** The value of the item at a place; undefined for the delimiter behind the last one. */
async function readItem(source: ByteSource, at: number, what: string): Promise<Piece | undefined> {
  if (at + HEADER > source.size) throw cutOff(source.name, `${what} at ${at}`);
  const view = viewOf(await source.read(at, HEADER));
  const tag = ((view.getUint16(0, true) << 16) | view.getUint16(2, true)) >>> 0;
  if (tag === Tag.SequenceDelimitation) return undefined;
  const bytes = view.getUint32(4, true);
  if (tag !== Tag.Item) throw damaged(source.name, `${what} at ${at}`, 'no item is there');
  if (at + HEADER + bytes > source.size) throw cutOff(source.name, `${what} at ${at}`);
  return { offset: at + HEADER, bytes };
}
