/**
 * Where slides come from and what they may be used for: the main data set, parts of it by the slide table's column `source`, and further
 * data sets. Only official slides validate, and none whose labels were predicted is official.
 */
import { FtuError, type StainStatistics } from '@ftuseg/core';
import { type Dataset, openDataset, type PreparedSlide, readTiles, type Tile } from '@ftuseg/folders';
import type { ResizeMethod } from '@ftuseg/nn';
import { MAIN_SOURCE } from '../config/combinations.js';
import type { TrainConfig } from '../config/config.js';
import { referenceFractions, type SourceConfig } from '../config/sampling.js';
import { withPictures } from './pictures.js';
import { requirePseudoRole } from './pseudo-guards.js';

export type Role = SourceConfig['role'];

/** A slide with everything that decides its part in training. */
export interface SourceSlide {
  /** Unique over all sources. */
  readonly key: string;
  readonly dataset: Dataset;
  readonly slide: PreparedSlide;
  readonly tiles: readonly Tile[];
  readonly source: string;
  readonly role: Role;
  /** Shares of its source's tiles that an epoch sees. */
  readonly positive: number;
  readonly negative: number;
  /** How much more often its windows are drawn. */
  readonly weight: number;
  /** The same for all slides of one picture, as `withPictures` finds them; absent where that is not known. */
  readonly picture?: string | undefined;
}

export interface Sources {
  readonly slides: readonly SourceSlide[];
  readonly classes: readonly string[];
  /** Working resolution, where all slides were brought to one. */
  readonly micronsPerPixel: number | null;
  /** Level-0 pixels per working pixel, where all slides were shrunk by one factor. */
  readonly downsample: number | null;
  /** How slides were brought to the working resolution; undefined: area average. */
  readonly resize: ResizeMethod | undefined;
  /** How their colours were converted by ICC profiles; undefined: not at all. */
  readonly icc: 'srgb' | undefined;
  /** Colours that all slides were brought to; undefined: they keep their own. */
  readonly stainNormalisation: StainStatistics | undefined;
  /** Side of the tiles in every tiles.csv. */
  readonly tile: number;
}

/** The factor that a data set was shrunk by; of an index that does not say, the one that all of its slides share. */
function factorOf({ micronsPerPixel, downsample, slides }: Dataset): number | null {
  if (micronsPerPixel !== null || downsample !== undefined) return downsample ?? null;
  const factors = new Set(slides.map((slide) => slide.downsample));
  const [factor = null] = factors.size === 1 ? factors : [];
  return factor;
}

function requireSame(main: Dataset, other: Dataset): void {
  const fail = (what: string, theirs: unknown, ours: unknown): never => {
    throw new FtuError('bad-input', `has ${what} ${theirs}, but ${main.folder} has ${ours}`, {
      subject: other.folder,
      hint: 'prepare both with the same settings',
    });
  };
  if (other.labels !== 'none' && other.classes.join() !== main.classes.join())
    fail('the classes', other.classes.join(', '), main.classes.join(', '));
  if (other.micronsPerPixel !== main.micronsPerPixel) {
    fail('the micrometres per pixel', other.micronsPerPixel ?? 'unknown', main.micronsPerPixel ?? 'unknown');
  }
  const [theirFactor, ourFactor] = [factorOf(other), factorOf(main)];
  if (theirFactor !== ourFactor) fail('the factor of shrinking', theirFactor ?? 'unknown', ourFactor ?? 'unknown');
  const [theirSpace, ourSpace] = [other.icc ?? 'as stored', main.icc ?? 'as stored'];
  if (theirSpace !== ourSpace) fail('by ICC profiles the colours', theirSpace, ourSpace);
  const colours = ({ stainNormalisation }: Dataset): string => JSON.stringify(stainNormalisation ?? null);
  if (colours(other) !== colours(main)) {
    const named = ({ stainNormalisation }: Dataset): string => stainNormalisation?.method ?? 'as they are';
    fail('the colours', `${named(other)} (${colours(other)})`, `${named(main)} (${colours(main)})`);
  }
  const [theirs, ours] = [other.resize ?? 'area', main.resize ?? 'area'];
  if (theirs !== ours) fail('pixels resized by', theirs, ours);
  if (other.tile !== main.tile) fail('tiles of side', other.tile, main.tile);
}

/** Gives slides of one id in two sources keys of their own. */
function withKeys(slides: readonly SourceSlide[]): SourceSlide[] {
  const seen = new Map<string, number>();
  for (const { slide } of slides) seen.set(slide.id, (seen.get(slide.id) ?? 0) + 1);
  return slides.map((entry) =>
    (seen.get(entry.slide.id) ?? 0) > 1 ? { ...entry, key: `${entry.source}/${entry.slide.id}` } : entry,
  );
}

/** Where a picture lies now that a data set names by its place at the time when it was made. @param folder of the data set */
export type FindMoved = (folder: string, path: string) => string;

/** A data set whose slides name their inputs by where these lie now: by that, slides of several data sets are known as the same. */
async function openMoved(folder: string, findMoved: FindMoved | undefined): Promise<Dataset> {
  const dataset = await openDataset(folder);
  if (findMoved === undefined) return dataset;
  const slides = dataset.slides.map((slide) => ({
    ...slide,
    inputs: slide.inputs.map((input) => ({ ...input, path: findMoved(folder, input.path) })),
  }));
  return { ...dataset, slides };
}

/**
 * Opens all data sets of a run.
 *
 * @param findMoved unset: every picture lies where the data sets say
 * @throws FtuError for a data set that is missing or damaged, or does not fit the main one, and for a source without slides;
 * for predicted labels outside the role pseudo
 */
export async function openSources(
  config: Pick<TrainConfig, 'data' | 'sources' | 'sampling'>,
  findMoved?: FindMoved,
): Promise<Sources> {
  const main = await openMoved(config.data, findMoved);
  requirePseudoRole(main, undefined);
  const tiles = await readTiles(main);
  const declared = Object.entries(config.sources ?? {});
  const fractions = ({ role, positive, negative }: SourceConfig) => ({
    positive: positive ?? referenceFractions[role].positive,
    negative: negative ?? referenceFractions[role].negative,
  });
  const slides: SourceSlide[] = main.slides.map((slide) => {
    const name = slide.columns.source ?? '';
    const [, own] = declared.find(([source, { data }]) => data === undefined && source === name) ?? [];
    return {
      key: slide.id,
      dataset: main,
      slide,
      tiles: tiles.get(slide.id) ?? [],
      source: own ? name : MAIN_SOURCE,
      ...(own
        ? { role: own.role, weight: own.weight, ...fractions(own) }
        : { role: 'official', weight: 1, positive: config.sampling.positive, negative: config.sampling.negative }),
    };
  });
  for (const [source, own] of declared) {
    if (own.data === undefined) {
      if (slides.some((slide) => slide.source === source)) continue;
      throw new FtuError('bad-input', `no slide of ${main.folder} has "${source}" in its column "source"`, {
        subject: `sources.${source}`,
        hint: 'name its folder with `data`, or correct the slide table',
      });
    }
    const dataset = await openMoved(own.data, findMoved);
    requirePseudoRole(dataset, own.role);
    requireSame(main, dataset);
    const theirs = await readTiles(dataset);
    for (const slide of dataset.slides) {
      slides.push({
        key: slide.id,
        dataset,
        slide,
        tiles: theirs.get(slide.id) ?? [],
        source,
        role: own.role,
        weight: own.weight,
        ...fractions(own),
      });
    }
  }
  return {
    slides: withKeys(await withPictures(slides)),
    classes: main.classes,
    micronsPerPixel: main.micronsPerPixel,
    downsample: factorOf(main),
    resize: main.resize,
    icc: main.icc,
    stainNormalisation: main.stainNormalisation,
    tile: main.tile,
  };
}
