/**
 * Whether a step scores slides that its models are sure to be trained on, told before the first step. Which slides a fold holds out follows from labels that are
 * not prepared yet, so that a recipe can be refused for some slides only once its folds are trained.
 */
import { FtuError } from '@ftuseg/core';
import { filterRows, type SlideRow } from '@ftuseg/slide';
import { foldNumbers, parseTrainConfig, type SourceSlide } from '@ftuseg/train';
import type { Recipe, RecipePath } from '../../../step-kind/recipe.js';
import { atKey } from '../../../step-kind/settings-place.js';
import type { StepPlace } from '../../../step-kind/step-kind.js';
import { isPrepare } from '../../prepare/schema.js';
import { isSelect, type SelectStep } from '../../select/schema.js';
import { roleOf } from '../../train/roles.js';
import { isTrain, type TrainStep } from '../../train/schema.js';
import { trainedOnThem } from '../models.js';

/** Rows of the entries of a recipe's `slides`. */
type Entries = ReadonlyMap<string, readonly SlideRow[]>;

interface Known {
  readonly recipe: Recipe;
  readonly entries: Entries;
  /** Pictures of the slides that are scored. */
  readonly scored: ReadonlySet<string>;
}

interface SourceRow {
  readonly row: SlideRow;
  readonly role: SourceSlide['role'];
}

/** The slides of all sources of a training that are prepared with labels. */
function labelledRows(step: TrainStep, { recipe, entries }: Known): SourceRow[] {
  const of = (name: string, role: SourceSlide['role']): SourceRow[] => {
    const data = recipe.steps[name];
    return isPrepare(data) ? (entries.get(data.slides) ?? []).map((row) => ({ row, role })) : [];
  };
  const others = Object.values(step.sources).flatMap((source) => of(source.data, roleOf(recipe, source)));
  return [...of(step.data, 'official'), ...others].filter(({ role }) => role === 'official' || role === 'external');
}

/** Those that a filter picks, of which `id` is a column like any other; undefined where it asks for what these do not have. */
function picked(rows: readonly SourceRow[], filter: string): SourceRow[] | undefined {
  const listed = rows.map(({ row }, i) => ({ ...row, id: String(i), columns: { ...row.columns, id: row.id } }));
  try {
    return filterRows(listed, filter).flatMap(({ id }) => rows[Number(id)] ?? []);
  } catch (error) {
    // The training's own check says so, or the filter means slides without drawn labels.
    if (error instanceof FtuError) return undefined;
    throw error;
  }
}

const picturesOf = (rows: readonly SourceRow[]): Set<string> => new Set(rows.map(({ row }) => row.image));

/**
 * Slides that a training surely shows its networks, as far as the recipe tells.
 * @param all whether the networks of all its folds are asked; else any one of them may be the only one
 */
function surelyTrained(step: TrainStep, known: Known, all: boolean): readonly SourceRow[] {
  const { train, validate, split, folds, foldCount } = parseTrainConfig({ ...step.settings, data: '.', out: '.' });
  const rows = labelledRows(step, known);
  const chosen = (train === undefined ? rows : picked(rows, train)) ?? [];
  if (validate !== undefined) {
    const held = picked(rows, validate);
    const pictures = picturesOf(held ?? rows);
    return chosen.filter(({ row }) => !pictures.has(row.image));
  }
  if (split !== 'grouped' || (all && foldNumbers({ folds, foldCount }).length > 1)) return chosen;
  const official = chosen.filter(({ role }) => role === 'official');
  // A fold is trained on some of the official slides at least.
  if (official.every(({ row }) => known.scored.has(row.image))) return chosen;
  const mayValidate = picturesOf(official);
  return chosen.filter(({ row }) => !mayValidate.has(row.image));
}

/** Ids of scored slides among them, and among those of the training whose encoder is the start. */
function seenBy(step: TrainStep, known: Known, all: boolean): string[] {
  const { recipe, scored } = known;
  const start = step.encoderFrom === undefined ? undefined : recipe.steps[step.encoderFrom];
  const ids = surelyTrained(step, known, all).flatMap(({ row }) => (scored.has(row.image) ? [row.id] : []));
  return [...new Set([...ids, ...(isTrain(start) ? seenBy(start, known, false) : [])])];
}

/** Whether a selection takes all folds of what it takes. */
const takesAllFolds = ({ ensemble, best, by }: SelectStep): boolean =>
  ensemble === 'greedy' || (best === undefined && by !== 'given');

function seenByModels(name: string, known: Known): string[] {
  const step = known.recipe.steps[name];
  if (isTrain(step)) return seenBy(step, known, true);
  if (!isSelect(step)) return [];
  const seen = [step.from].flat().map((training) => {
    const one = known.recipe.steps[training];
    return isTrain(one) ? seenBy(one, known, takesAllFolds(step)) : [];
  });
  // Any of them may be left out.
  return seen.every((ids) => ids.length > 0) ? [...new Set(seen.flat())] : [];
}

/**
 * @param models names of train and select steps
 * @param entry of the recipe's `slides` that are scored
 * @param at the key that says so, inside the step
 * @throws {FtuError} `bad-input` with the line, as `assertHeldOut` once the models are there
 */
export function requireUnseen(
  place: StepPlace,
  { models, entry, at }: { readonly models: readonly string[]; readonly entry: string; readonly at: RecipePath },
  entries: Entries,
): void {
  const { recipe } = place.file;
  const scored = new Set((entries.get(entry) ?? []).map(({ image }) => image));
  const seen = models.flatMap((name) => seenByModels(name, { recipe, entries, scored }));
  if (seen.length === 0) return;
  atKey(place, at, () => {
    throw trainedOnThem([...new Set(seen)]);
  });
}
