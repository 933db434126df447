/** Scores of models under settings: the same ones are scored once, however many rows of a table they are in. */
import { mean } from '@ftuseg/core';
import { meanScores, type PredictSettings, scoreCombinations, scoresOf } from '@ftuseg/infer';
import { digestOf } from '../../records/digest.js';
import { rowsOf } from '../../step-kind/outputs.js';
import type { StepContext } from '../../step-kind/step-kind.js';
import { classesOfModels, orderedForModels, scoredClasses } from '../shared/class-map.js';
import { combinationsFor, loadKnown, logitStore } from '../shared/logits.js';
import { type ChosenModel, modelsDigest } from '../shared/models.js';
import { scoringShare } from '../shared/scoring-share.js';
import type { AblateStep } from './schema.js';

/** Of every slide. */
export interface Scored {
  readonly dice: readonly number[];
  readonly f1: readonly number[];
  readonly seconds: number;
}

/** Some models under some settings. */
export interface Wanted {
  readonly models: readonly ChosenModel[];
  readonly settings: PredictSettings;
}

export const keyOf = ({ models, settings }: Wanted): string => digestOf([modelsDigest(models), settings]);

/**
 * Scores all that is wanted; every network is asked once.
 * @param warn told of slides of which no tile was looked at; the same sentence may come again
 */
export async function scoreAll(
  context: StepContext<AblateStep>,
  wanted: readonly Wanted[],
  warn: (sentence: string) => void,
): Promise<ReadonlyMap<string, Scored>> {
  const { step, signal, threads, progress, share } = context;
  const rows = rowsOf(context, step.slides);
  const different = [...new Map(wanted.map((one) => [keyOf(one), one])).values()];
  const known = wanted.flatMap(({ models }) => models).map((model) => classesOfModels(context, [model]));
  const classes = orderedForModels(scoredClasses(context, step.classes, Object.values(step.stages).flat()), known);
  const { asked, scored } = scoringShare(share);
  const { slides } = await scoreCombinations(rows, await combinationsFor(different), {
    store: await logitStore(context),
    load: loadKnown(context),
    classes,
    threads,
    signal,
    onProgress: (at) => {
      asked(at);
      progress(at.text);
    },
    onWarning: warn,
    onScored: (done, total) => {
      scored(done, total);
      progress(`computing masks from what the networks said: ${done}/${total}`);
    },
  });
  return new Map(
    different.map((one, i): [string, Scored] => {
      const own = slides.map((slide) => slide[i]);
      const scores = own.map((slide) => meanScores((slide?.counts ?? []).map(scoresOf)));
      return [
        keyOf(one),
        {
          dice: scores.map(({ dice }) => dice),
          f1: scores.map(({ f1 }) => f1),
          seconds: mean(own.map((slide) => slide?.seconds ?? 0)),
        },
      ];
    }),
  );
}
