/**
 * Levels of a CZI. A reduced sub-block states how many level-0 pixels it stands for and how many it stores, and both are whole numbers: the factor between
 * them is that of the larger pieces around it, since a piece of a few pixels fits to many.
 */
import type { Extent, SubBlock } from './directory.js';
import { damagedCzi } from './segments.js';

export interface CziLevel {
  /** Level-0 pixels per pixel. */
  readonly downsample: number;
  /** In the order of painting: of two that overlap, the later one is seen. */
  readonly blocks: readonly SubBlock[];
}

interface Range {
  readonly low: number;
  readonly high: number;
}

/** Factors by which a size may have become the stored one, whichever way it was rounded; the ends are not among them. */
function factors({ size, stored }: Extent): Range {
  return { low: size / (stored + 1), high: stored === 1 ? Number.POSITIVE_INFINITY : size / (stored - 1) };
}

export const isFull = ({ x, y }: SubBlock): boolean => x.size === x.stored && y.size === y.stored;

export interface CziLevels {
  /** Finest first; the first has the downsample 1. */
  readonly levels: readonly [CziLevel, ...CziLevel[]];
  /** Reduced sub-blocks of so few pixels that they fit to several factors, none of which larger ones have. */
  readonly unclear: number;
}

/**
 * @throws {SlideError} `bad-input` for sub-blocks that are no reduced pictures, that share a place, or where none is in full
 */
export function findLevels(blocks: readonly SubBlock[], subject: string): CziLevels {
  const full = blocks.filter(isFull);
  if (full.length === 0) throw damagedCzi(subject, 'it has no sub-block in full resolution');
  const ranges = blocks.filter((block) => !isFull(block)).map((block) => ({ block, ...rangeOf(block, subject) }));
  const known = new Set<number>();
  for (const { low, high } of ranges) {
    const least = Math.max(2, Math.floor(low) + 1);
    if (least + 1 >= high) known.add(least);
  }
  const step = Math.min(...known);
  const groups = new Map<number, SubBlock[]>();
  let unclear = 0;
  for (const { block, ...range } of ranges) {
    const stated = Math.max(block.x.size / block.x.stored, block.y.size / block.y.stored);
    const fitting = [...known].filter((factor) => factor > range.low && factor < range.high);
    const distance = (factor: number): number => Math.abs(Math.log(factor / stated));
    const [nearest = powerIn(range, step)] = fitting.sort((a, b) => distance(a) - distance(b));
    if (nearest === undefined) {
      unclear++;
      continue;
    }
    const group = groups.get(nearest);
    if (group === undefined) groups.set(nearest, [block]);
    else group.push(block);
  }
  const reduced = [...groups].sort(([a], [b]) => a - b);
  return {
    levels: [
      { downsample: 1, blocks: inOrder(full, subject) },
      ...reduced.map(([downsample, group]) => ({ downsample, blocks: inOrder(group, subject) })),
    ],
    unclear,
  };
}

/** The only power of the step from level to level in a range. */
function powerIn({ low, high }: Range, step: number): number | undefined {
  let power = step;
  while (power <= low) power *= step;
  return power < high && power * step >= high ? power : undefined;
}

/** @throws {SlideError} for a block whose sides are not reduced alike, or not by a whole factor */
function rangeOf({ x, y, position }: SubBlock, subject: string): Range {
  const [across, down] = [factors(x), factors(y)];
  const low = Math.max(across.low, down.low);
  const high = Math.min(across.high, down.high);
  if (Math.max(2, Math.floor(low) + 1) < high) return { low, high };
  throw damagedCzi(
    subject,
    `the sub-block at ${position} stores ${x.size} x ${y.size} pixels as ${x.stored} x ${y.stored}, which is no reduced picture`,
  );
}

/** Scene by scene, and inside a scene by the index of the tile: so ZEN's library paints them. Without an index the directory's order stands. */
function inOrder(blocks: readonly SubBlock[], subject: string): readonly SubBlock[] {
  const seen = new Set<string>();
  for (const { x, y, at, mosaic, position } of blocks) {
    const place = [at.S, mosaic, x.start, y.start].join();
    if (seen.has(place)) {
      const problem = `the directory has two sub-blocks at ${x.start}, ${y.start} with one index, one of them at ${position}`;
      throw damagedCzi(subject, problem);
    }
    seen.add(place);
  }
  const rank = (value: number | undefined): number => value ?? Number.NEGATIVE_INFINITY;
  const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
  return blocks.toSorted((a, b) => compare(rank(a.at.S), rank(b.at.S)) || compare(rank(a.mosaic), rank(b.mosaic)));
}
