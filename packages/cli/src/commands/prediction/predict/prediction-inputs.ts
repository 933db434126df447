/** What `ftu predict` is given, made ready: settings of a file and of options, outputs by name, slides with gaps, a stain target as numbers. */
import { FtuError, stainMethods } from '@ftuseg/core';
import { readStainTarget } from '@ftuseg/folders';
import { type OutputName, outputNames, usualOutputs, type WeightedModel } from '@ftuseg/infer';
import { filterRows, isKaggleTest, readSlideTable, type SlideRow } from '@ftuseg/slide';
import type { CommandContext } from '../../../parser/command.js';
import { UsageError } from '../../../parser/usage-error.js';

/** @throws {FtuError} `bad-input` for a name that is none */
export function outputsOf(text: string): OutputName[] {
  if (text.trim() === 'all') return [...usualOutputs];
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '' && word !== 'none')
    .map((word) => {
      const name = outputNames.find((one) => one === word);
      if (name !== undefined) return name;
      throw new FtuError('bad-input', `there is no output "${word}"`, {
        hint: `there are ${outputNames.join(', ')}, all (but disagreement and DICOM) and none`,
      });
    });
}

export interface AskedRows {
  readonly slides: string;
  readonly where?: string | undefined;
  /** Whether slides of a competition's list that are not there are no reason to stop. */
  readonly tolerant: boolean;
}

/** The slides of the table; gaps in a competition's list are said where they are no reason to stop. */
export async function listedRows(
  { slides, where: filter, tolerant }: AskedRows,
  context: CommandContext,
): Promise<readonly SlideRow[]> {
  const table = await readSlideTable(slides, { onNote: context.note, ...(tolerant ? { onGap: context.warn } : {}) });
  return filter === undefined ? table : filterRows(table, filter);
}

/** Kaggle takes one file, and several classes have one each. */
export async function noteClasses(
  models: readonly WeightedModel[],
  slides: string,
  context: CommandContext,
): Promise<void> {
  const count = models[0]?.model.card.classes.length ?? 0;
  if (count < 2 || !(await isKaggleTest(slides))) return;
  context.note(`Kaggle takes one submission.csv; these models know ${count} classes, so each has a file of its own`);
}

/** A target that is named becomes its numbers, measured in the colours that the networks are shown. */
export async function readTarget(
  settings: Record<string, unknown>,
  models: readonly WeightedModel[],
  signal: AbortSignal,
): Promise<void> {
  const { stainTarget: path, stainNormalisation, icc: given } = settings;
  if (typeof path !== 'string') return;
  const method = stainMethods.find((one) => one === stainNormalisation);
  if (method === undefined) throw new UsageError('--stain-target does nothing without --stain-normalisation');
  const spaces = new Set(models.map(({ model }) => (given === undefined ? model.card.icc : given)));
  if (spaces.size > 1) {
    throw new UsageError(
      'the models were trained on other colours than each other: say with --icc in which the target is measured',
    );
  }
  settings.stainTarget = await readStainTarget(path, { method, icc: spaces.has('srgb') ? 'srgb' : undefined, signal });
}
