/** Settings of prediction of steps that may take those of a tune step. */
import { type PredictSettings, takesLikelier } from '@ftuseg/infer';
import { outputOf } from '../../step-kind/outputs.js';
import type { RunContext } from '../../step-kind/step-kind.js';
import { tuneOutputSchema } from '../tune/output.js';

interface TunedStep {
  /** Name of a tune step. */
  readonly tuned?: string | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * A step's own settings over those of a tune step. A threshold that was tuned is left behind where nothing would look at it.
 */
export function settingsOf(context: RunContext, step: TunedStep): PredictSettings {
  const tuned = step.tuned === undefined ? {} : outputOf(context, step.tuned, tuneOutputSchema).settings;
  const settings: PredictSettings = { ...tuned, ...step.settings };
  if ('threshold' in step.settings || !takesLikelier(settings)) return settings;
  const { threshold: _, ...rest } = settings;
  return rest;
}

/** Says so where `settingsOf` has left a tuned threshold behind. */
export function noteUntuned(
  { note }: Pick<RunContext, 'note'>,
  { tuned }: Pick<TunedStep, 'tuned'>,
  settings: PredictSettings,
): void {
  if (tuned === undefined || settings.threshold !== undefined || !takesLikelier(settings)) return;
  note('  the tuned threshold is left out: with merge "or" and a crf each pixel takes its likelier label');
}

/** The same as far as it is known before the tune step is done. */
export function knownSettings(context: RunContext, step: TunedStep): Readonly<Record<string, unknown>> {
  const { tuned, ...own } = step;
  return { ...settingsOf(context, tuned !== undefined && context.records.has(tuned) ? step : own) };
}
