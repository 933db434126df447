/** What follows the last step of an epoch: validation, the weights that are kept, and a line of the history. */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { FtuError } from '@ftuseg/core';
import type { HistoryRecord } from '@ftuseg/folders';
import { z } from 'zod';
import { downloadState } from '../network/network.js';
import { modelCard } from '../run-folder/provenance.js';
import { validate } from '../validate/validate.js';
import { batchCount, validateBatches } from '../validate/validate-batches.js';
import type { ValidationResult } from '../validate/validation-result.js';
import type { StepProgress } from './progress.js';
import { type FoldSetup, stopped } from './set-up-fold.js';
import type { TrainerState } from './trainer-state.js';

/** What the other ranks have to know of a validation. */
const scoreSchema = z.object({ meanDice: z.number().nullable() });

/**
 * Validates where it is due, keeps the weights if they are the best so far, and goes on to the next epoch. Rank 0 does so, while the others wait.
 * @throws FtuError where a score is not finite, or ranks have come to different weights; 'cancelled' while it validates, with the state on the disk
 */
export async function finishEpoch(fold: FoldSetup, trainer: TrainerState): Promise<void> {
  const { ranks, signal } = fold;
  trainer.requireSameWeights();
  const score = await ranks.whileOthersWait(
    async () => Buffer.from(JSON.stringify({ meanDice: await finishAlone(fold, trainer) })),
    () => signal?.aborted === true,
    () => {
      throw stopped(fold, trainer.step);
    },
  );
  if (ranks.isFirst) return;
  trainer.nextEpoch();
  const { meanDice } = scoreSchema.parse(JSON.parse(Buffer.from(score).toString()));
  if (meanDice !== null) trainer.schedule.observe(meanDice);
}

/** @returns the mean Dice; null without a validation */
async function finishAlone(fold: FoldSetup, trainer: TrainerState): Promise<number | null> {
  const { data, budget, config, runFolder, report } = fold;
  const last = trainer.step >= budget.steps || budget.timeIsUp();
  const due = data.validation.length > 0 && (last || (trainer.epoch + 1) % config.validation.every === 0);
  const validation = due ? await validateEpoch(fold, trainer) : null;
  const progress = trainer.progress();
  trainer.nextEpoch();
  const kept = due || data.validation.length === 0 ? await keepBest(fold, trainer, validation) : false;
  if (validation !== null) trainer.schedule.observe(validation.meanDice);
  const hardNegatives = trainer.hardNegatives?.summary();
  const found = hardNegatives === undefined ? {} : { hardNegatives };
  const record = { ...recordOf(progress, kept, validation, budget.seconds()), ...found };
  await runFolder.appendHistory(record);
  report({ kind: 'epoch', ...record, fold: fold.fold, secondsLeft: progress.secondsLeft });
  return validation?.meanDice ?? null;
}

async function validateEpoch(fold: FoldSetup, trainer: TrainerState): Promise<ValidationResult> {
  const { model, data, budget, config, sources, start, report, folder } = fold;
  const epoch = trainer.epoch + 1;
  const began = budget.seconds();
  const byBatch = config.validation.score === 'batches';
  const of = byBatch ? 'batch' : 'slide';
  const total = byBatch ? batchCount(data.validation, config.batchSize) : data.validation.length;
  const result = await (byBatch ? validateBatches : validate)(model, trainer.evaluated, data.validation, {
    ...config,
    ...config.validation,
    classes: sources.classes,
    tile: data.validationTile,
    normalisation: start.normalisation,
    stopIfAsked: () => trainer.stopIfAsked(),
    onSlide: (done) => report({ kind: 'validation', epoch, of, done, total }),
  });
  budget.reserve(1.2 * (budget.seconds() - began));
  if ([result.loss, result.meanDice].every(Number.isFinite)) return result;
  throw new FtuError('bad-input', `the validation loss is no longer finite in epoch ${epoch}`, {
    subject: folder,
    hint: 'lower the learning rate, or train in float32; the best weights so far and the last good state are kept',
  });
}

/** Saves the weights if they are the best so far; without validation the latest are. @returns whether it did */
async function keepBest(
  { config, data, start, model, runFolder }: FoldSetup,
  trainer: TrainerState,
  validation: ValidationResult | null,
): Promise<boolean> {
  const { best, epoch, step } = trainer;
  const atLeast = best?.validation?.meanDice ?? 0;
  if (best !== null && validation !== null && validation.meanDice <= atLeast) return false;
  const card = modelCard(config, data, start, model.spec, { epoch, step, validation: validation ?? undefined });
  await runFolder.saveModel(model, downloadState(model, trainer.evaluated), card, epoch);
  trainer.best = { epoch, validation };
  await yieldToEventLoop();
  return true;
}

function recordOf(
  { fold: _, secondsLeft: __, ...numbers }: Omit<StepProgress, 'kind'>,
  best: boolean,
  validation: ValidationResult | null,
  seconds: number,
): HistoryRecord {
  const record = { ...numbers, seconds, time: Date.now() / 1000, best };
  if (validation === null) return record;
  return {
    ...record,
    validationDice: validation.meanDice,
    validationLoss: validation.loss,
    validationAccuracy: validation.accuracy,
    threshold: validation.threshold,
    slides: validation.slides,
  };
}
