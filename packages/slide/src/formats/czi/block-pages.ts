/**
 * The sub-blocks of a level as pages: those of one size that are stored alike are the blocks of one page, one below the other, and the level is put
 * together from them.
 */
import type { Codec } from '../../codecs/codec.js';
import type { ByteSource } from '../../source/byte-source.js';
import { type BlockPlace, PLAIN_SAMPLES, type TiffPage } from '../tiff/page.js';
import { parseEntry, type SubBlock } from './directory.js';
import type { PagePart } from './place-blocks.js';
import { damagedCzi, longAt, nameIn, viewOf } from './segments.js';
import { codecOf, pixelTypeOf } from './sub-block-codec.js';

export interface BlockPagesOptions {
  readonly source: ByteSource;
  readonly codecs: readonly Codec[];
  /** For messages and the cache, of no other level: `level 2`. */
  readonly name: string;
  /** Bits that samples of 16 use. */
  readonly usedBits: number;
}

const SEGMENT_BYTES = 32;
/** Of a sub-block's segment before its entry, and before its metadata at the least. */
const SIZES_BYTES = 16;
const FIXED_BYTES = 256;
/** What bad luck and a header add to compressed samples. */
const SPARE_BYTES = 1 << 16;

/** @returns pages, and for each sub-block where it lies in them, in the order of the blocks */
export function blockPages(
  blocks: readonly SubBlock[],
  options: BlockPagesOptions,
): { readonly pages: readonly TiffPage[]; readonly tiles: readonly PagePart[] } {
  const groups = new Map<string, SubBlock[]>();
  const numbers = blocks.map((block) => {
    const key = [block.pixelType, block.compression, block.x.stored, block.y.stored].join();
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    return { key, number: group.push(block) - 1 };
  });
  const pages = new Map<string, TiffPage>();
  for (const [key, group] of groups)
    pages.set(key, pageOf(group, { ...options, name: `${options.name}, kind ${pages.size}` }));
  const tiles = numbers.flatMap(({ key, number }) => {
    const page = pages.get(key);
    if (page === undefined) return [];
    const { blockWidth: width, blockHeight: height } = page;
    return [{ page, from: { x: 0, y: number * height }, width, height }];
  });
  const bySize = [...pages.values()].sort(
    (a, b) => b.down * b.blockHeight * b.width - a.down * a.blockHeight * a.width,
  );
  return { pages: bySize, tiles };
}

/** @param blocks of one kind and size, at least one */
function pageOf(blocks: readonly SubBlock[], { source, codecs, name, usedBits }: BlockPagesOptions): TiffPage {
  const { name: subject } = source;
  const [first] = blocks;
  if (first === undefined) throw new RangeError('no sub-blocks');
  const { samples, bits } = pixelTypeOf(first, subject);
  const codec = codecOf(first, codecs, subject);
  const [width, height] = [first.x.stored, first.y.stored];
  const bytes = width * height * samples * (bits / 8);
  const places = new Map<number, BlockPlace>();
  const locate = async (index: number): Promise<BlockPlace> => {
    const block = blocks[index];
    if (block === undefined) throw new RangeError(`no block ${index}`);
    const place = places.get(index) ?? (await placeOf(block, source, 2 * bytes + SPARE_BYTES));
    places.set(index, place);
    return place;
  };
  return {
    ...PLAIN_SAMPLES,
    name,
    width,
    height: height * blocks.length,
    blocks: 'tiles',
    blockWidth: width,
    blockHeight: height,
    across: 1,
    down: blocks.length,
    index: { length: blocks.length, locate },
    codec,
    compression: codec.name,
    photometric: samples === 3 ? 'rgb' : 'black-is-zero',
    samples,
    bits,
    usedBits: bits === 16 ? usedBits : bits,
    blank: 255,
    planar: false,
    littleEndian: true,
  };
}

/**
 * Where the samples of a sub-block lie in the file.
 * @throws {SlideError} `bad-input` for a segment that is another than the directory says
 */
async function placeOf(block: SubBlock, source: ByteSource, most: number): Promise<BlockPlace> {
  const { position } = block;
  const { name: subject, size } = source;
  const where = `the sub-block at ${position}`;
  if (position + SEGMENT_BYTES + FIXED_BYTES > size)
    throw damagedCzi(subject, `${where}: it passes the end of the file`);
  const head = await source.read(position, Math.min(size - position, SEGMENT_BYTES + 4 * FIXED_BYTES));
  if (nameIn(head) !== 'ZISRAWSUBBLOCK') throw damagedCzi(subject, `${where}: there is no segment ZISRAWSUBBLOCK`);
  const view = viewOf(head);
  const metadata = view.getInt32(SEGMENT_BYTES, true);
  const bytes = longAt(view, SEGMENT_BYTES + 8);
  const { block: own, end } = parseEntry(head, SEGMENT_BYTES + SIZES_BYTES, where, subject);
  if (!isSame(own, block))
    throw damagedCzi(subject, `${where}: it says something else of itself than the directory does`);
  const offset = position + Math.max(SEGMENT_BYTES + FIXED_BYTES, end) + metadata;
  // Early writers left the used bytes at 0.
  const used = longAt(view, 24) === 0 ? longAt(view, 16) : longAt(view, 24);
  const limit = Math.min(size, position + SEGMENT_BYTES + used);
  if (metadata < 0 || !(bytes >= 1) || !(offset + bytes <= limit)) {
    throw damagedCzi(subject, `${where}: ${bytes} bytes behind metadata of ${metadata} pass its end`);
  }
  if (bytes > most) throw damagedCzi(subject, `${where}: ${bytes} bytes are too many for its pixels`);
  return { offset, bytes };
}

const isSame = (one: SubBlock, other: SubBlock): boolean =>
  one.pixelType === other.pixelType &&
  one.compression === other.compression &&
  one.x.start === other.x.start &&
  one.y.start === other.y.start &&
  one.x.stored === other.x.stored &&
  one.y.stored === other.y.stored;
