/** Which slides a model never saw: settings that are tuned on slides it was trained on are worth nothing on others. */
import { describeShared, FtuError, listNames, sharedGroups } from '@ftuseg/core';
import type { ModelCard } from '@ftuseg/nn';
import type { SlideRow } from '@ftuseg/slide';

type Trained = Pick<ModelCard, 'training'>;

const listOf = (card: Trained, name: 'trainedOn' | 'validatedOn'): readonly string[] | undefined => {
  const value = card.training[name];
  return Array.isArray(value) ? value.map(String) : undefined;
};

/** A slide's key is its id, behind the name of its source where two sources have slides of one id. */
const idOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/**
 * The rows on which a fold of a run was validated.
 *
 * @param subject of the model, for error messages
 * @throws {FtuError} `bad-input` where there was no validation, where the model was trained on parts of these slides, or where the
 *   table lacks one
 * @example
 * const rows = validationRows(fold.card, await readSlideTable('slides.csv'), fold.model);
 */
export function validationRows(card: ModelCard, rows: readonly SlideRow[], subject: string): SlideRow[] {
  const validated = listOf(card, 'validatedOn') ?? [];
  if (validated.length === 0) {
    const hint = 'give slides that it never saw with --model and --slides';
    throw new FtuError('bad-input', 'the model was not validated on any slide', { subject, hint });
  }
  const trained = new Set(listOf(card, 'trainedOn'));
  const both = validated.filter((key) => trained.has(key));
  if (both.length > 0) {
    throw new FtuError('bad-input', `the model was trained on parts of ${listNames(both)}, which it was validated on`, {
      subject,
      hint: 'use a run whose folds keep slides whole',
    });
  }
  const byId = new Map(rows.map((row) => [row.id, row]));
  return validated.map((key) => {
    const row = byId.get(idOf(key));
    if (row !== undefined) return row;
    const hint = 'give the table that the run was trained with';
    throw new FtuError('not-found', `the slide table lacks ${key}, which the model was validated on`, {
      subject,
      hint,
    });
  });
}

/** @returns ids of those of the slides that the model was trained on, by their ids: a card does not know files */
export function seenIn(card: Trained, rows: readonly SlideRow[]): string[] {
  const ids = new Set(listOf(card, 'trainedOn')?.map(idOf));
  return rows.filter(({ id }) => ids.has(id)).map(({ id }) => id);
}

/**
 * @throws {FtuError} `bad-input` naming slides that the model was trained on
 * @returns whether the card says what the model was trained on
 * @example
 * if (!assertHeldOut(card, rows, path)) context.note(`${path} does not say what it was trained on`);
 */
export function assertHeldOut(card: ModelCard, rows: readonly SlideRow[], subject: string): boolean {
  const seen = seenIn(card, rows);
  if (seen.length === 0) return listOf(card, 'trainedOn') !== undefined;
  throw new FtuError('bad-input', `the model was trained on ${listNames(seen)}`, {
    subject,
    hint: 'tune on slides that it never saw: choose them with --where',
  });
}

/**
 * What the slides have in common with others of the table that a model was trained on: regions of one slide, slides of one patient.
 * @param table all of it
 * @returns a sentence, or undefined for nothing
 * @example
 * sharedWithTraining(card, rows, table); // 'slide S1: the model was trained on others of these, ...'
 */
export function sharedWithTraining(
  card: Trained,
  rows: readonly SlideRow[],
  table: readonly SlideRow[],
): string | undefined {
  const seen = new Set(seenIn(card, table));
  const shared = sharedGroups(
    table.filter(({ id }) => seen.has(id)),
    rows,
    undefined,
  );
  if (shared === undefined) return undefined;
  return `${describeShared(shared)}: the model was trained on others of the same, so that scores on these are too good`;
}
