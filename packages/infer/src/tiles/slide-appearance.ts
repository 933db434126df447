/** Whether a slide looks like those that its models were trained on, from a few of its tiles as the networks see them. */
import {
  type AppearanceDistance,
  appearanceDistance,
  FtuError,
  type Raster,
  type Rect,
  SAMPLED_TILES,
  sampleTiles,
  tileAppearance,
} from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { SlidePlan } from '../plan/plan.js';
import type { MemberColours } from './member-colours.js';
import { type GridSize, readAround } from './read-window.js';

/** A tile of which nothing can be decoded says nothing, and is reported where all of the slide is read. */
async function readIfWhole(
  slide: Slide,
  grid: GridSize,
  tile: Rect,
  signal: AbortSignal | undefined,
): Promise<Raster | undefined> {
  try {
    return await readAround(slide, grid, tile, signal, () => undefined);
  } catch (error) {
    if (error instanceof FtuError && error.code === 'bad-input') return undefined;
    throw error;
  }
}

/**
 * The distance to the training slides of the model that knows the most similar ones.
 * @param colours in which training saw its slides
 * @returns undefined where no card says how they looked, and for a slide that is empty wherever one looks
 * @throws {FtuError} `cancelled`, or what the slide throws
 */
export async function slideAppearance(
  slide: Slide,
  { members }: Pick<SlidePlan, 'members'>,
  colours: Pick<MemberColours, 'show'>,
  signal: AbortSignal | undefined,
): Promise<AppearanceDistance | undefined> {
  let nearest: AppearanceDistance | undefined;
  const seen = new Set<unknown>();
  for (const member of members) {
    const { model, grid } = member;
    const known = model.card.appearance;
    // A model at several magnifications is one, and the first is the plain one.
    if (known === undefined || seen.has(model)) continue;
    seen.add(model);
    const tiles: Float64Array[] = [];
    for (const place of sampleTiles(grid.width, grid.height).slice(0, SAMPLED_TILES.read)) {
      const tile = await readIfWhole(slide, grid, place, signal);
      const numbers = tile === undefined ? undefined : tileAppearance(colours.show(member, tile));
      if (numbers !== undefined) tiles.push(numbers);
      if (tiles.length === SAMPLED_TILES.wanted) break;
    }
    if (tiles.length === 0) continue;
    const found = appearanceDistance(known, tiles);
    if (nearest === undefined || found.distance < nearest.distance) nearest = found;
  }
  return nearest;
}

/** @returns a sentence for a slide that is farther than it may be, else undefined */
export function appearanceWarning(found: AppearanceDistance | undefined): string | undefined {
  if (found === undefined || found.distance <= 1) return undefined;
  const times = found.distance.toFixed(1);
  return `the slide looks unlike those that the network was trained on (its ${found.part} is ${times} times as far from theirs as it may be): is it the same organ, stain and scale? Look at the result before you believe it`;
}
