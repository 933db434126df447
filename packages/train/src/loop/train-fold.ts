/**
 * The training of one fold, to be read from top to bottom: load ahead in worker threads, step, validate on whole slides, keep the best, and
 * write down where the run is. Every random number follows from the seed and the number of the step, so that a fold that was killed goes
 * on to the same weights.
 */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { batchOrder, startLoader } from '../batches/loader.js';
import type { FoldResult } from '../run-folder/run-result.js';
import { finishEpoch } from './finish-epoch.js';
import { knownEpochs, lookForHardNegatives } from './hard-negative-round.js';
import { type FoldOptions, type FoldSetup, setUpFold } from './set-up-fold.js';
import { freezeEncoder, stepContext, trainBatch } from './train-batch.js';
import { TrainerState } from './trainer-state.js';
import { worldRecord } from './world.js';

/**
 * Trains a fold to its end, or to the last epoch that fits into the time.
 *
 * @returns undefined where the time was up before the end; the state in the folder goes on from there
 * @throws FtuError for wrong data, a loss that is not finite, too little memory; 'cancelled' when `signal` aborts, after the update in
 * hand, with the state on the disk
 */
export async function trainFold(options: FoldOptions): Promise<FoldResult | undefined> {
  const { fold, saved } = await setUpFold(options);
  const { config, data, budget, report, job, ranks, agreement } = fold;
  const trainer = new TrainerState(fold, saved);
  const context = stepContext(fold, trainer);
  await yieldToEventLoop();
  const offset = ranks.rank * job.batchSize;
  const order = batchOrder(data.stepsPerEpoch, config.batchSize, trainer, offset);
  const known = knownEpochs(fold, trainer);
  const loader = startLoader(known.job, order, { ...config, lastEpoch: known.lastEpoch });
  const { unlabelledJob } = fold;
  const pictures =
    unlabelledJob &&
    startLoader(unlabelledJob, batchOrder(data.stepsPerEpoch, config.batchSize, trainer, offset), config);
  try {
    let epochSeconds = 0;
    const agree = (): ReturnType<typeof agreement.update> => agreement.update(trainer.step, fold.secondsLeft());
    let { secondsLeft } = agree();
    // An epoch that was interrupted between its last step and its validation still has that to come.
    while ((trainer.step < budget.steps && !budget.timeIsUp()) || trainer.batch > 0) {
      if (secondsLeft < epochSeconds) {
        await trainer.save();
        return undefined;
      }
      const epochBegan = performance.now();
      freezeEncoder(fold, trainer);
      while (trainer.batch < data.stepsPerEpoch && !budget.timeIsUp()) {
        const began = performance.now();
        const batch = await loader.next();
        const plain = await pictures?.next();
        await yieldToEventLoop(); // a step that began where a worker's message arrived would run into the next one
        const { result, updated } = trainBatch(fold, trainer, context, batch, plain);
        batch.release();
        plain?.release();
        await yieldToEventLoop(); // lets workers report, Ctrl-C arrive and the terminal draw
        trainer.measure(result, (performance.now() - began) / 1000);
        report({ kind: 'step', ...trainer.progress() });
        const { stop } = agree();
        if (!updated) continue; // a checkpoint holds no gradients that wait for an update
        await trainer.stopIf(stop);
        await trainer.saveIfDue();
      }
      await lookForHardNegatives(fold, trainer, loader);
      await finishEpoch(fold, trainer);
      await trainer.save();
      epochSeconds = ranks.decide((performance.now() - epochBegan) / 1000);
      secondsLeft = agree().secondsLeft;
    }
  } finally {
    await loader.close();
    await pictures?.close();
    trainer.dispose();
  }
  const result = resultOf(fold, trainer);
  if (ranks.isFirst) await fold.runFolder.finish(result);
  return result;
}

function resultOf({ config, fold, data, budget, ranks, worlds }: FoldSetup, trainer: TrainerState): FoldResult {
  return {
    fold: fold ?? null,
    bestEpoch: trainer.best?.epoch ?? 0,
    epochs: trainer.epoch,
    steps: trainer.step,
    validation: trainer.best?.validation ?? null,
    grouping: data.split.grouping,
    seconds: budget.seconds(),
    imagesPerSecond: trainer.imagesPerSecond,
    seed: config.seed,
    ...worldRecord(ranks, worlds),
  };
}
