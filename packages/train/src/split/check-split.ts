/** What a split would refuse of slides that are still to be prepared: their rows tell. */
import { FtuError } from '@ftuseg/core';
import type { TrainConfig } from '../config/config.js';
import { foldNumbers } from '../config/parse-config.js';
import type { Role } from '../dataset/sources.js';
import { columnFor, columnOf, filterListed, foldGroups, type PicturedSlide } from './slide-groups.js';

export interface PlannedSlide extends PicturedSlide {
  readonly role: Role;
}

/** A filter that picks nothing, or asks for a column that there is not, under the name of its setting. */
function filtered<S extends PlannedSlide>(slides: readonly S[], setting: 'train' | 'validate', filter: string): S[] {
  try {
    return filterListed(slides, (slide) => slide, filter);
  } catch (error) {
    if (!(error instanceof FtuError)) throw error;
    const { subject, hint } = error;
    const given = { ...(subject === undefined ? {} : { subject }), ...(hint === undefined ? {} : { hint }) };
    throw new FtuError(error.code, error.problem, { ...given, setting, cause: error });
  }
}

/**
 * @param slides of all sources of a training
 * @throws {FtuError} `bad-input`, with the setting, for folds that there are not, filters that pick nothing or ask for unknown columns, an unknown column of
 * groups or of balance, and fewer groups than folds
 * @example
 * checkSplit(rows.map(({ id, columns }) => ({ id, columns, role: 'official' })), parseTrainConfig({ data, out, foldCount: 5 }));
 */
export function checkSplit(slides: readonly PlannedSlide[], config: TrainConfig): void {
  const { train, validate, split } = config;
  const known = slides.filter(({ role }) => role !== 'unlabelled');
  const chosen = train === undefined ? known : filtered(known, 'train', train);
  const { balanceBy } = config.sampling;
  const official = chosen.filter(({ role }) => role === 'official');
  if (balanceBy !== undefined) for (const slide of official) columnOf(slide, balanceBy, 'sampling.balanceBy');
  if (validate !== undefined) {
    filtered(known, 'validate', validate);
    return;
  }
  if (split === 'none') return;
  foldNumbers(config);
  if (split === 'tiles') return;
  if (official.length > 0) foldGroups(official, columnFor(official, config), config);
}
