/** Whether a slide looks like those that its models were trained on, from a few of its tiles as the networks see them. */
import {
  type AppearanceDistance,
  type AppearanceModel,
  appearanceDistance,
  FtuError,
  type Raster,
  type Rect,
  SAMPLED_TILES,
  SATURATION,
  sampleTiles,
  tileAppearance,
  twoDigits,
} from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { Member, SlidePlan } from '../plan/plan.js';
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

/** What a slide may look more familiar at than at its own scale. Errors of a factor of two cannot be told from slides that differ. */
const OTHER_SCALES = [4, 1 / 4] as const;
/** Chance makes some slides a little more familiar at another scale. */
const MORE_FAMILIAR = 1.25;

/** A scale at which the slide looks more like the training slides than at its own. */
export interface FamiliarScale {
  /** Times the micrometres per pixel that are stated. */
  readonly factor: number;
  /** In texture, as `distance` of `AppearanceDistance`: at the stated scale, and at that one. */
  readonly stated: number;
  readonly there: number;
}

/** A slide whose saturation is below this part of that of the least saturated training slide has lost its colours. */
const COLOURLESS = 0.25;

export interface SlideAppearance extends AppearanceDistance {
  /** True where it has hardly any colour and all training slides have; unset else. */
  readonly colourless?: boolean | undefined;
  readonly familiarScale?: FamiliarScale | undefined;
}

type Colours = Pick<MemberColours, 'show'>;

interface SampleOptions {
  readonly slide: Slide;
  readonly colours: Colours;
  readonly signal: AbortSignal | undefined;
}

/** Tiles that are not empty, in numbers, with their places. */
async function lookAtTiles(
  places: readonly Rect[],
  member: Member,
  grid: GridSize,
  { slide, colours, signal }: SampleOptions,
): Promise<{ readonly places: readonly Rect[]; readonly tiles: readonly Float64Array[] }> {
  const found: { readonly place: Rect; readonly numbers: Float64Array }[] = [];
  for (const place of places.slice(0, SAMPLED_TILES.read)) {
    const tile = await readIfWhole(slide, grid, place, signal);
    const numbers = tile === undefined ? undefined : tileAppearance(colours.show(member, tile));
    if (numbers !== undefined) found.push({ place, numbers });
    if (found.length === SAMPLED_TILES.wanted) break;
  }
  return { places: found.map(({ place }) => place), tiles: found.map(({ numbers }) => numbers) };
}

const saturationOf = (numbers: readonly ArrayLike<number>[]): number =>
  numbers.reduce((sum, one) => sum + (one[SATURATION] as number), 0) / numbers.length;

/** With special stains in the training, a slide without colour may be near one of them. */
const isColourless = ({ slides }: AppearanceModel, tiles: readonly ArrayLike<number>[]): boolean =>
  saturationOf(tiles) < COLOURLESS * Math.min(...slides.map((one) => saturationOf([one])));

/** Tiles of a grid that is larger by a factor, in the same places: one in each, then a second in each, and so on. */
function placesWithin(places: readonly Rect[], factor: number): Rect[] {
  const inside = places.map(({ x, y, width, height }) =>
    sampleTiles(width * factor, height * factor).map((tile) => ({
      ...tile,
      x: x * factor + tile.x,
      y: y * factor + tile.y,
    })),
  );
  const most = Math.max(...inside.map((tiles) => tiles.length));
  return Array.from({ length: most }, (_, i) => inside.flatMap((tiles) => tiles[i] ?? [])).flat();
}

/** Tiles of the same side around the same middles on a grid that is smaller by a factor, each once. */
function placesAround(places: readonly Rect[], grid: GridSize, factor: number): Rect[] {
  const along = (from: number, side: number, length: number): [number, number] => {
    const whole = Math.min(side, length);
    const start = Math.round((from + side / 2) * factor - whole / 2);
    return [Math.min(Math.max(start, 0), length - whole), whole];
  };
  const around = places.map((place) => {
    const [x, width] = along(place.x, place.width, grid.width);
    const [y, height] = along(place.y, place.height, grid.height);
    return { x, y, width, height };
  });
  return [...new Map(around.map((place) => [`${place.x} ${place.y}`, place])).values()];
}

/** The other scale that is most familiar, where that is more so than the slide's own. */
async function familiarScale(
  known: AppearanceModel,
  own: { readonly places: readonly Rect[]; readonly tiles: readonly Float64Array[] },
  member: Member,
  options: SampleOptions,
): Promise<FamiliarScale | undefined> {
  const textureOf = (tiles: readonly Float64Array[]): number => appearanceDistance(known, tiles, ['texture']).distance;
  const stated = textureOf(own.tiles);
  let best: FamiliarScale | undefined;
  for (const factor of OTHER_SCALES) {
    // Pixels that are larger than stated make the slide larger on the grid.
    const [width, height] = [member.grid.width, member.grid.height].map((side) => Math.round(side * factor));
    if (width === undefined || height === undefined || Math.min(width, height) < 1) continue;
    const grid = { width, height };
    const places = factor > 1 ? placesWithin(own.places, factor) : placesAround(own.places, grid, factor);
    const { tiles } = await lookAtTiles(places, member, grid, options);
    if (tiles.length === 0) continue;
    const there = textureOf(tiles);
    if (stated > MORE_FAMILIAR * there && there < (best?.there ?? Number.POSITIVE_INFINITY)) {
      best = { factor, stated, there };
    }
  }
  return best;
}

/**
 * The distance to the training slides of the model that knows the most similar ones, and whether a scale four times larger or smaller is more familiar to it.
 * @param colours in which training saw its slides
 * @returns undefined where no card says how they looked, and for a slide that is empty wherever one looks
 * @throws {FtuError} `cancelled`, or what the slide throws
 */
export async function slideAppearance(
  slide: Slide,
  { members }: Pick<SlidePlan, 'members'>,
  colours: Colours,
  signal: AbortSignal | undefined,
): Promise<SlideAppearance | undefined> {
  const options = { slide, colours, signal };
  const seen = new Set<unknown>();
  let nearest:
    | { readonly distance: SlideAppearance; readonly scale: () => ReturnType<typeof familiarScale> }
    | undefined;
  for (const member of members) {
    const { model, grid } = member;
    const known = model.card.appearance;
    // A model at several magnifications is one, and the first is the plain one.
    if (known === undefined || seen.has(model)) continue;
    seen.add(model);
    const own = await lookAtTiles(sampleTiles(grid.width, grid.height), member, grid, options);
    if (own.tiles.length === 0) continue;
    const colourless = isColourless(known, own.tiles) ? { colourless: true } : {};
    const distance = { ...appearanceDistance(known, own.tiles), ...colourless };
    if (nearest === undefined || distance.distance < nearest.distance.distance) {
      nearest = { distance, scale: () => familiarScale(known, own, member, options) };
    }
  }
  const scale = await nearest?.scale();
  return nearest && { ...nearest.distance, ...(scale === undefined ? {} : { familiarScale: scale }) };
}

/** @returns a sentence for a slide that is farther than it may be, and for one without colour, else undefined */
export function appearanceWarning(found: SlideAppearance | undefined): string | undefined {
  if (found === undefined) return undefined;
  if (found.colourless === true) {
    return 'the slide has hardly any colour, and all slides that the network was trained on have: is it stained, and scanned in colour? Look at the result before you believe it';
  }
  if (found.distance <= 1) return undefined;
  const times = found.distance.toFixed(1);
  return `the slide looks unlike those that the network was trained on (its ${found.part} is ${times} times as far from theirs as it may be): is it the same organ, stain and scale? Look at the result before you believe it`;
}

/**
 * @param micronsPerPixel of the slide's level 0, as it is stated; undefined: unknown
 * @returns a sentence for a slide that looks more familiar at another scale, else undefined
 */
export function scaleWarning(
  found: SlideAppearance | undefined,
  micronsPerPixel: number | undefined,
): string | undefined {
  if (found?.familiarScale === undefined) return undefined;
  const { factor, stated, there } = found.familiarScale;
  const times = factor > 1 ? 'four times as large' : 'a quarter as large';
  const pixels =
    micronsPerPixel === undefined
      ? ''
      : ` (${twoDigits(factor * micronsPerPixel)} instead of ${twoDigits(micronsPerPixel)} µm)`;
  return `with pixels ${times}${pixels} the slide would look more like those of the training (texture ${there.toFixed(1)} instead of ${stated.toFixed(1)} times as far as it may be): is its scale right?`;
}
