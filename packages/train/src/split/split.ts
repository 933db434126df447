/**
 * Which slides are trained on and which validate: by folds of groups, by filters, or by folds of tiles as the reference solution did. Only
 * official slides validate; wherever a group is on both sides nonetheless, the split says so by name.
 */
import {
  describeShared,
  FtuError,
  groupingNote,
  groupValues,
  quantileBins,
  sharedGroups,
  stratifiedFolds,
  stratifiedGroupFolds,
} from '@ftuseg/core';
import type { Tile } from '@ftuseg/folders';
import type { TrainConfig } from '../config/config.js';
import type { SourceSlide } from '../dataset/sources.js';
import { idleSources, picturesPicked, withoutMatching, withoutPicturesOf } from './left-out.js';
import { columnFor, filterListed, foldGroups, picturesNote, tiedByPicture } from './slide-groups.js';

/** A slide in a split, with those of its tiles that belong to this side. */
export interface SplitSlide extends SourceSlide {
  /** Only these tiles validate; undefined: the whole slide. */
  readonly only?: readonly Tile[];
}

export interface Split {
  readonly train: readonly SplitSlide[];
  /** Empty: no validation. */
  readonly validate: readonly SplitSlide[];
  /** Of these only the pictures are used; none of them validates. */
  readonly unlabelled: readonly SplitSlide[];
  /** For people: groups that are on both sides. */
  readonly warnings: readonly string[];
  /** For people: what else they should know of the split. */
  readonly notes: readonly string[];
  readonly grouping: Grouping;
}

/** By what slides were kept together. */
export interface Grouping {
  /** Null: every slide by itself. */
  readonly column: string | null;
  /** Among all slides of the split. */
  readonly groups: number;
  /** What stands on both sides, in a sentence; null for nothing. */
  readonly bothSides: string | null;
}

/** What trains and what validates, before slides are left out by their pictures. */
interface Sides extends Pick<Split, 'train' | 'validate'> {
  readonly notes?: readonly string[];
}

type SplitConfig = Pick<
  TrainConfig,
  'train' | 'validate' | 'split' | 'group' | 'foldCount' | 'densityBins' | 'stratification' | 'seed'
>;

const isOfficial = ({ role }: SourceSlide): boolean => role === 'official';

const filterSlides = (slides: readonly SourceSlide[], filter: string): SourceSlide[] =>
  filterListed(slides, ({ slide }) => slide, filter);

function fail(problem: string, subject: string, hint: string): never {
  throw new FtuError('bad-input', problem, { subject, hint });
}

/** Every tile, of slides without any an empty one, with the index of its slide. */
function tilesOf(slides: readonly SourceSlide[]): { slide: number; tile: Tile }[] {
  return slides.flatMap(({ tiles }, slide) =>
    (tiles.length === 0 ? [{ x: 0, y: 0, density: 0 }] : tiles).map((tile) => ({ slide, tile })),
  );
}

/** The bin of mask density of each tile, which every fold is to have its share of. */
function densityBins(tiles: readonly { readonly tile: Tile }[], config: SplitConfig): Int32Array {
  const densities = tiles.map(({ tile }) => tile.density);
  if (config.stratification === 'all-tiles') return quantileBins(densities, config.densityBins);
  const positive = densities.filter((density) => density > 0);
  const bins = quantileBins(positive, config.densityBins, { shares: 'linspace' });
  let at = 0;
  return Int32Array.from(densities, (density) => (density > 0 ? 1 + (bins[at++] ?? 0) : 0));
}

function groupedFold(
  official: readonly SourceSlide[],
  config: SplitConfig,
  column: string | undefined,
  fold: number,
): Set<SourceSlide> {
  const tiles = tilesOf(official);
  const groups = foldGroups(
    official.map(({ slide: { id, columns }, picture }) => ({ id, columns, picture })),
    column,
    config,
  );
  const labels = densityBins(tiles, config);
  const foldOf = stratifiedGroupFolds(
    labels,
    tiles.map(({ slide }) => groups[slide] ?? ''),
    { folds: config.foldCount },
  );
  const held = new Set<SourceSlide>();
  tiles.forEach(({ slide }, i) => {
    const entry = official[slide];
    if (foldOf[i] === fold && entry !== undefined) held.add(entry);
  });
  return held;
}

/**
 * The reference solution's folds: tiles are dealt out by mask density, whatever slide they are of. It reads its tables of tiles in the order of
 * their names, so that the slides of both sides come in that order here.
 */
function tileFold(
  slides: readonly SourceSlide[],
  config: SplitConfig,
  fold: number,
): Pick<Split, 'train' | 'validate'> {
  const official = [...slides].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const tiles = official.flatMap((entry, slide) => entry.tiles.map((tile) => ({ slide, tile })));
  const foldOf = stratifiedFolds(densityBins(tiles, config), { folds: config.foldCount, seed: config.seed });
  const side = (wanted: (of: number) => boolean, slide: number): Tile[] =>
    tiles.flatMap((entry, i) => (entry.slide === slide && wanted(foldOf[i] as number) ? [entry.tile] : []));
  return {
    train: official.map((entry, i) => ({ ...entry, tiles: side((of) => of !== fold, i) })),
    validate: official.flatMap((entry, i) => {
      const only = side((of) => of === fold, i);
      return only.length === 0 ? [] : [{ ...entry, only }];
    }),
  };
}

/** What stands on both sides, in a sentence. */
function leaks(
  train: readonly SplitSlide[],
  validate: readonly SplitSlide[],
  column: string | undefined,
): string | undefined {
  const rowsOf = (side: readonly SplitSlide[]) => side.map(({ slide }) => slide);
  const trained = new Set(train.map(({ key }) => key));
  const both = validate.flatMap(({ key }) => (trained.has(key) ? [key] : []));
  const shared =
    sharedGroups(rowsOf(train), rowsOf(validate), column) ??
    (both.length === 0 ? undefined : { column: 'slide', values: both });
  if (shared === undefined) return undefined;
  return `${describeShared(shared)}: trained on and validated, so that validation scores are too good`;
}

function byFilter(
  chosen: readonly SourceSlide[],
  all: readonly SourceSlide[],
  config: SplitConfig,
  filter: string,
): Sides {
  const matching = filterSlides(all, filter);
  const validate = matching.filter(isOfficial);
  if (validate.length === 0) {
    const [first] = matching;
    fail(`slide "${first?.key}" is ${first?.role} and may not validate`, 'validate', 'validate on official slides');
  }
  const held = new Set(validate);
  const both = config.train === undefined ? undefined : chosen.find((slide) => held.has(slide));
  if (both !== undefined) fail(`slide "${both.key}" would train and validate`, 'validate', 'make the filters disjoint');
  const rest = withoutMatching(
    matching,
    chosen.filter((slide) => !held.has(slide)),
    filter,
  );
  return { train: rest.slides, validate, notes: rest.notes };
}

/** Both sides, by what the settings say, before slides are left out by their pictures. */
function chooseSides(
  slides: readonly SourceSlide[],
  chosen: readonly SourceSlide[],
  column: string | undefined,
  config: SplitConfig,
  fold: number,
): Sides {
  const official = chosen.filter(isOfficial);
  if (config.validate !== undefined) return byFilter(chosen, slides, config, config.validate);
  if (config.split === 'none') return { train: chosen, validate: [] };
  if (official.length === 0)
    fail('there is no official slide to validate on', 'sources', 'give one source the role official');
  if (config.split === 'tiles') {
    const { train, validate } = tileFold(official, config, fold);
    return { train: [...train, ...chosen.filter((slide) => !isOfficial(slide))], validate };
  }
  const held = groupedFold(official, config, column, fold);
  return {
    train: chosen.filter((slide) => !held.has(slide)),
    validate: official.filter((slide) => held.has(slide)),
  };
}

function requireLabels(train: readonly SplitSlide[]): void {
  if (train.length === 0) fail('no slides are left to train on', 'train', 'hold fewer slides out');
  if (train.some(({ slide }) => Object.values(slide.pixels).some((count) => count > 0))) return;
  fail(
    'none of the training slides has a labelled pixel',
    train[0]?.dataset.folder ?? 'data',
    'check masks and `--classes`',
  );
}

/**
 * Splits the slides of all sources. `train` is a filter on all of them; with `validate` another filter says what validates, otherwise
 * the official ones of the rest are split into folds, of which `fold` validates.
 *
 * @throws FtuError for an unknown column, fewer groups than folds, a slide on both sides, an empty side, or training
 * slides without a single labelled pixel
 */
export function splitSlides(all: readonly SourceSlide[], config: SplitConfig, fold: number): Split {
  const slides = all.filter(({ role }) => role !== 'unlabelled');
  const chosen = config.train === undefined ? slides : filterSlides(slides, config.train);
  const official = chosen.filter(isOfficial);
  const column = columnFor(
    (official.length === 0 ? chosen : official).map(({ slide }) => slide),
    config,
  );
  const sides = chooseSides(slides, chosen, column, config, fold);
  const { validate } = sides;
  const { slides: train, notes } = withoutPicturesOf(validate, sides.train);
  const pictures = withoutPicturesOf(
    validate,
    all.filter(({ role }) => role === 'unlabelled'),
  );
  requireLabels(train);
  const bothSides = leaks(train, validate, column);
  const filter = config.validate;
  const lent =
    filter === undefined
      ? undefined
      : picturesPicked(filterSlides(all, filter), [...train, ...pictures.slides], filter);
  const idle = config.train === undefined ? [] : idleSources(slides, chosen, config.train);
  const used = [...new Map([...train, ...validate].map((entry) => [entry.slide, entry])).values()];
  const rows = used.map(({ slide }) => slide);
  const kept = config.validate === undefined && config.split === 'grouped';
  const groupNotes = kept
    ? [groupingNote(rows, column, config.group !== undefined), picturesNote(chosen.filter(isOfficial))]
    : [];
  return {
    train,
    validate,
    unlabelled: pictures.slides,
    warnings: [bothSides, lent, ...idle].filter((sentence) => sentence !== undefined),
    notes: [...groupNotes, ...(sides.notes ?? []), ...notes, ...pictures.notes].filter((note) => note !== undefined),
    grouping: {
      column: kept ? (column ?? null) : null,
      groups: new Set(tiedByPicture(groupValues(rows, kept ? column : undefined), used)).size,
      bothSides: bothSides ?? null,
    },
  };
}
