/**
 * Which slides are trained on and which validate: by fold over a group column, or by filters. No group is ever on both
 * sides, and nothing is guessed: without either setting there is no validation, and the run says so.
 */
import { FtuError, groupFolds } from '@ftuseg/core';
import { filterRows } from '@ftuseg/slide';
import type { TrainConfig } from './config.js';
import type { Dataset, PreparedSlide } from './dataset.js';

export interface Split {
  readonly train: readonly PreparedSlide[];
  /** Empty: no validation. */
  readonly validate: readonly PreparedSlide[];
}

type SplitConfig = Pick<TrainConfig, 'train' | 'validate' | 'group' | 'folds' | 'fold' | 'seed'>;

/** The value of a column of a slide; `id` is a column like any other. */
export function columnOf(slide: PreparedSlide, column: string, setting: string): string {
  const value = column === 'id' ? slide.id : slide.columns[column];
  if (value !== undefined) return value;
  throw new FtuError('bad-input', `there is no column "${column}" in the slide table`, {
    subject: setting,
    hint: `use one of: ${['id', ...Object.keys(slide.columns).filter((name) => name !== 'id')].join(', ')}`,
  });
}

/** `filterRows` for prepared slides. */
function filterSlides(slides: readonly PreparedSlide[], filter: string): PreparedSlide[] {
  const rows = slides.map(({ id, columns }) => ({ id, image: '', columns: { ...columns, id } }));
  const kept = new Set(filterRows(rows, filter).map(({ id }) => id));
  return slides.filter(({ id }) => kept.has(id));
}

function byFold(slides: readonly PreparedSlide[], config: SplitConfig): Split {
  const { group = 'id', folds, fold = 0, seed } = config;
  if (fold >= folds) {
    throw new FtuError('bad-input', `there is no fold ${fold} of ${folds}`, {
      subject: 'fold',
      hint: `folds are counted from 0 to ${folds - 1}`,
    });
  }
  const groups = slides.map((slide) => columnOf(slide, group, 'group'));
  const foldOf = groupFolds(groups, { folds, seed });
  return {
    train: slides.filter((_, i) => foldOf[i] !== fold),
    validate: slides.filter((_, i) => foldOf[i] === fold),
  };
}

/**
 * Splits a data set. `train` and `validate` are filters; with `group` or `fold` the slides that `train` leaves are split
 * into folds, of which `fold` (0 if unset) validates.
 *
 * @throws FtuError for an unknown column, fewer groups than folds, a slide on both sides, an empty side, or training
 * slides without a single labelled pixel
 */
export function splitDataset(dataset: Dataset, config: SplitConfig): Split {
  const fail = (problem: string, subject: string, hint: string): never => {
    throw new FtuError('bad-input', problem, { subject, hint });
  };
  const folded = config.group !== undefined || config.fold !== undefined;
  if (folded && config.validate !== undefined) {
    fail('validation slides are given twice', 'validate', 'give either a filter, or `group` and `fold`');
  }
  if (config.fold !== undefined && config.group === undefined) {
    fail('the column that keeps a fold together is not given', 'group', 'name one, or `id` if slides are unrelated');
  }
  const chosen = config.train === undefined ? dataset.slides : filterSlides(dataset.slides, config.train);
  let split: Split;
  if (folded) {
    split = byFold(chosen, config);
  } else {
    const validate = config.validate === undefined ? [] : filterSlides(dataset.slides, config.validate);
    const held = new Set(validate);
    if (config.train !== undefined) {
      const both = chosen.find((slide) => held.has(slide));
      if (both !== undefined)
        fail(`slide "${both.id}" would train and validate`, 'validate', 'make the filters disjoint');
    }
    split = { train: chosen.filter((slide) => !held.has(slide)), validate };
  }
  if (split.train.length === 0) fail('no slides are left to train on', 'train', 'hold fewer slides out');
  if (split.train.every(({ pixels }) => Object.values(pixels).every((count) => count === 0))) {
    fail('none of the training slides has a labelled pixel', dataset.folder, 'check masks and `--classes`');
  }
  return split;
}
