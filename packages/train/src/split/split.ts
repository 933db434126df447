/**
 * Which slides are trained on and which validate: by folds of groups, by filters, or by folds of tiles as the reference solution did. Only
 * official slides validate; wherever a group is on both sides nonetheless, the split says so by name.
 */
import {
  counted,
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
import { columnFor, filterListed, foldGroups } from './slide-groups.js';

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

type SplitConfig = Pick<
  TrainConfig,
  'train' | 'validate' | 'split' | 'group' | 'foldCount' | 'densityBins' | 'stratification' | 'seed'
>;

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
    official.map(({ slide }) => slide),
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

/**
 * Takes from the training side what has predicted labels and validates by labels of people: the network would train on the very pictures that it is
 * scored on.
 */
function withoutValidated({ train, validate }: Pick<Split, 'train' | 'validate'>) {
  const pictures = new Set(validate.flatMap(({ picture }) => picture ?? []));
  const validates = ({ role, picture }: SplitSlide): boolean =>
    role === 'pseudo' && picture !== undefined && pictures.has(picture);
  const left = train.filter(validates).map(({ key }) => key);
  if (left.length === 0) return { train, notes: [] };
  const named = left.length > 5 ? `${left.slice(0, 5).join(', ')} and ${left.length - 5} more` : left.join(', ');
  const note = `${counted(left.length, 'pseudo-labelled slide')} left out of training, because ${left.length === 1 ? 'its picture validates' : 'their pictures validate'}: ${named}`;
  return { train: train.filter((slide) => !validates(slide)), notes: [note] };
}

function byFilter(
  chosen: readonly SourceSlide[],
  all: readonly SourceSlide[],
  config: SplitConfig,
  filter: string,
): Pick<Split, 'train' | 'validate'> {
  const matching = filterSlides(all, filter);
  const validate = matching.filter(({ role }) => role === 'official');
  if (validate.length === 0) {
    const [first] = matching;
    fail(`slide "${first?.key}" is ${first?.role} and may not validate`, 'validate', 'validate on official slides');
  }
  const held = new Set(validate);
  const both = config.train === undefined ? undefined : chosen.find((slide) => held.has(slide));
  if (both !== undefined) fail(`slide "${both.key}" would train and validate`, 'validate', 'make the filters disjoint');
  return { train: chosen.filter((slide) => !held.has(slide)), validate };
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
  const official = chosen.filter(({ role }) => role === 'official');
  const column = columnFor(
    (official.length === 0 ? chosen : official).map(({ slide }) => slide),
    config,
  );
  let sides: Pick<Split, 'train' | 'validate'>;
  if (config.validate !== undefined) sides = byFilter(chosen, slides, config, config.validate);
  else if (config.split === 'none') sides = { train: chosen, validate: [] };
  else if (official.length === 0)
    fail('there is no official slide to validate on', 'sources', 'give one source the role official');
  else if (config.split === 'tiles') {
    const { train, validate } = tileFold(official, config, fold);
    sides = { train: [...train, ...chosen.filter(({ role }) => role !== 'official')], validate };
  } else {
    const held = groupedFold(official, config, column, fold);
    sides = {
      train: chosen.filter((slide) => !held.has(slide)),
      validate: official.filter((slide) => held.has(slide)),
    };
  }
  const { validate } = sides;
  const { train, notes } = withoutValidated(sides);
  const pictures = new Set(validate.flatMap(({ picture }) => picture ?? []));
  const unlabelled = all.filter(({ role, picture }) => role === 'unlabelled' && !pictures.has(picture ?? ''));
  if (train.length === 0) fail('no slides are left to train on', 'train', 'hold fewer slides out');
  if (train.every(({ slide }) => Object.values(slide.pixels).every((count) => count === 0))) {
    fail(
      'none of the training slides has a labelled pixel',
      train[0]?.dataset.folder ?? 'data',
      'check masks and `--classes`',
    );
  }
  const bothSides = leaks(train, validate, column);
  const rows = [...new Set([...train, ...validate].map(({ slide }) => slide))];
  const kept = config.validate === undefined && config.split === 'grouped';
  const note = kept ? groupingNote(rows, column, config.group !== undefined) : undefined;
  return {
    train,
    validate,
    unlabelled,
    warnings: bothSides === undefined ? [] : [bothSides],
    notes: note === undefined ? notes : [note, ...notes],
    grouping: {
      column: kept ? (column ?? null) : null,
      groups: new Set(groupValues(rows, kept ? column : undefined)).size,
      bothSides: bothSides ?? null,
    },
  };
}
