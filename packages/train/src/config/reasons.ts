/** Questions that rules about idle settings ask of a configuration, each with the words for its answer. */
import type { TrainConfig } from './config.js';

/** Why the settings do nothing; undefined where they do something. */
export type Reason = (config: TrainConfig) => string | undefined;

export const when =
  (does: (config: TrainConfig) => boolean, reason: string): Reason =>
  (config) =>
    does(config) ? undefined : reason;

export const classify: Reason = when(({ task }) => task === 'segment', 'a tile classifier is trained');
export const free: Reason = when(({ sampling }) => sampling.windows === 'free', 'the windows are those of the grid');
export const grid: Reason = when(({ sampling }) => sampling.windows === 'grid', 'windows are drawn freely');
export const byFold: Reason = ({ validate, split }) =>
  validate !== undefined
    ? '`validate` says which slides validate'
    : split === 'none'
      ? 'nothing is split off for validation'
      : undefined;
export const validates: Reason = when(
  ({ validate, split }) => validate !== undefined || split !== 'none',
  'there is no validation',
);
export const wholeSlides: Reason = (config) =>
  validates(config) ??
  (config.validate === undefined && config.split === 'tiles' ? 'the tiles of the grid validate' : undefined);
export const scheduled = (...names: readonly TrainConfig['schedule']['name'][]): Reason => {
  const reason = ({ schedule }: TrainConfig): string | undefined =>
    names.includes(schedule.name) ? undefined : `the schedule "${schedule.name}" has no use for it`;
  return reason;
};
export const adam: Reason = when(({ optimiser }) => optimiser.name !== 'sgd', 'the optimiser is sgd');
export const sgd: Reason = when(({ optimiser }) => optimiser.name === 'sgd', 'the optimiser is not sgd');
export const weighted = (
  ...terms: readonly ('bce' | 'dice' | 'jaccard' | 'focal' | 'tversky' | 'boundary')[]
): Reason => {
  const reason = (config: TrainConfig): string | undefined =>
    classify(config) ??
    (terms.some((term) => config.loss[term] > 0) ? undefined : `the weight of ${terms.join(', ')} is 0`);
  return reason;
};
export const drawn = (chance: keyof TrainConfig['augment']): Reason => {
  const reason = ({ augment }: TrainConfig): string | undefined =>
    augment[chance] === 0 ? `augment.${chance} is 0` : undefined;
  return reason;
};
export const sized = (size: 'rotation' | 'elastic' | 'blur' | 'noise' | 'holes'): Reason => {
  const reason = ({ augment }: TrainConfig): string | undefined =>
    augment[size] === 0 ? `augment.${size} is 0` : undefined;
  return reason;
};
export const matrix: Reason = when(
  ({ augment }) => augment.colourModel === 'matrix',
  'the colour model "one-of" has steps and chances of its own',
);
export const all =
  (...reasons: readonly Reason[]): Reason =>
  (config) => {
    for (const reason of reasons) {
      const found = reason(config);
      if (found !== undefined) return found;
    }
    return undefined;
  };

export const centred: Reason = all(
  free,
  when(({ sampling }) => sampling.centred > 0, 'sampling.centred is 0'),
);
export const hard: Reason = all(classify, free);
export const lookedFor: Reason = all(
  hard,
  when(({ sampling }) => sampling.hardNegatives > 0, 'sampling.hardNegatives is 0'),
);
export const unlabelled: Reason = when(
  ({ sources = {} }) => Object.values(sources).some(({ role }) => role === 'unlabelled'),
  'no source has the role unlabelled',
);
export const colours: Reason = (config) =>
  config.augment.colourModel === 'matrix' ? drawn('colourChance')(config) : undefined;
