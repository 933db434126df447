/**
 * Everything of a fold that changes from step to step: weights, their average, the optimiser, the schedule and the counters. It saves itself
 * and goes on from what it saved, to the same weights.
 */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { manualSeed } from '@ftuseg/torch';
import type { HardNegatives } from '../hard-negatives/hard-negatives.js';
import { calibrateOnWindows } from '../network/calibrate.js';
import { disposeState, downloadState, type TensorState, uploadState } from '../network/network.js';
import { createOptimiser, type Optimiser } from '../optimise/optimiser.js';
import { createSchedule, type Schedule } from '../optimise/schedule.js';
import type { StepResult } from '../optimise/step.js';
import { averageWeights, type WeightAverage } from '../optimise/weight-average.js';
import { requireSameBytes } from '../ranks/same-facts.js';
import { type Checkpoint, type Counters, disposeOptimiserState, writeCheckpoint } from '../run-folder/checkpoint.js';
import { requireFinite } from '../run-folder/run-folder.js';
import { type StepMeter, stepMeter } from './meter.js';
import type { StepProgress } from './progress.js';
import { hardNegativesOf } from './searched-slides.js';
import { type FoldSetup, stopped } from './set-up-fold.js';
import { worldRecord } from './world.js';

export class TrainerState {
  /** Steps done, epochs finished, and batches of the next epoch that are done. */
  step = 0;
  epoch = 0;
  batch = 0;
  /** Of the last step. */
  learningRate = 0;
  /** The epoch that was kept; null before the first. */
  best: Counters['best'] = null;
  /** What is trained. */
  readonly weights: TensorState;
  /** Undefined where weights are not averaged. */
  readonly average: WeightAverage | undefined;
  readonly optimiser: Optimiser;
  readonly schedule: Schedule;
  /** Undefined where none are looked for. */
  readonly hardNegatives: HardNegatives | undefined;
  readonly #epochMeter: StepMeter;
  readonly #runMeter: StepMeter;
  readonly #fold: FoldSetup;
  #savedAt = performance.now();

  /** @param saved where the fold goes on; its optimiser's tensors are freed */
  constructor(fold: FoldSetup, saved: Checkpoint | undefined) {
    const { config, model, start, job, ranks } = fold;
    this.#fold = fold;
    manualSeed(config.seed);
    const weights = uploadState(model, saved?.weights ?? start.state, config.channelsLast, config.device);
    // On whole batches, as one process would; the others take what comes out.
    const whole = { ...job, batchSize: config.batchSize };
    if (saved === undefined && start.folded && ranks.isFirst) calibrateOnWindows(model, weights, whole, config);
    ranks.takeFromFirst([...weights.values()]);
    this.weights = weights;
    this.average = config.ema > 0 ? averageWeights(model, weights, config.ema, config.emaWarmup) : undefined;
    this.optimiser = createOptimiser(model, weights, config.optimiser);
    this.schedule = createSchedule(config.schedule);
    this.hardNegatives = hardNegativesOf(fold);
    this.#epochMeter = stepMeter(config.batchSize);
    this.#runMeter = stepMeter(config.batchSize);
    if (saved !== undefined) this.#restore(saved);
  }

  #restore({ counters, average, hardNegatives, optimiser }: Checkpoint): void {
    this.step = counters.step;
    this.epoch = counters.epoch;
    this.batch = counters.batch;
    this.learningRate = counters.learningRate;
    this.best = counters.best;
    if (average !== undefined) this.average?.restore(average, counters.averageSteps);
    if (hardNegatives !== undefined) this.hardNegatives?.restore(hardNegatives);
    this.optimiser.restore(optimiser);
    disposeOptimiserState(optimiser);
    this.schedule.restore(counters.schedule);
    this.#epochMeter.restore(counters.meters.epoch);
    this.#runMeter.restore(counters.meters.run);
    const { report, folder, budget } = this.#fold;
    report({ kind: 'note', message: `${folder}: going on after step ${this.step} of ${budget.steps}` });
  }

  #counters(): Counters {
    const { start, budget } = this.#fold;
    const { step, epoch, batch, best, learningRate } = this;
    return {
      step,
      epoch,
      batch,
      best,
      learningRate,
      seconds: budget.seconds(),
      schedule: this.schedule.state(),
      averageSteps: this.average?.steps ?? 0,
      start: { mean: [...start.normalisation.mean], std: [...start.normalisation.std], source: start.source ?? null },
      meters: { epoch: this.#epochMeter.save(), run: this.#runMeter.save() },
      ...worldRecord(this.#fold.ranks, this.#fold.worlds),
    };
  }

  /**
   * Writes the state to the fold's folder; the one before stays until this one is whole.
   * @throws FtuError 'bad-input' where the weights are no longer finite, 'io'
   */
  async save(): Promise<void> {
    const { model, folder, runFolder, ranks } = this.#fold;
    if (!ranks.isFirst) return;
    const weights = downloadState(model, this.weights);
    const average = this.average === undefined ? undefined : downloadState(model, this.average.state);
    for (const one of [weights, average]) if (one !== undefined) requireFinite(one, folder);
    const optimiser = this.optimiser.state();
    const hardNegatives = this.hardNegatives?.state();
    const checkpoint = { counters: this.#counters(), weights, average, hardNegatives, optimiser };
    await writeCheckpoint(runFolder.statePath, model, checkpoint).finally(() => disposeOptimiserState(optimiser));
    this.#savedAt = performance.now();
    await yieldToEventLoop();
  }

  /** Saves where the last checkpoint is older than the configuration allows. */
  async saveIfDue(): Promise<void> {
    const minutes = (performance.now() - this.#savedAt) / 60_000;
    if (minutes > this.#fold.config.checkpointMinutes) await this.save();
  }

  /**
   * @param agreed whether any rank was asked to stop
   * @throws FtuError 'cancelled' where somebody asked the training to stop, with its state on the disk
   */
  async stopIf(agreed: boolean): Promise<void> {
    if (!agreed) return;
    await this.save();
    throw stopped(this.#fold, this.step);
  }

  /**
   * As `stopIf`, while the other ranks wait for what rank 0 does; they hear of it.
   * @throws FtuError 'cancelled', 'unavailable' where another rank is lost
   */
  async stopIfAsked(): Promise<void> {
    const { signal, ranks } = this.#fold;
    if (!signal?.aborted) return this.stopIf(ranks.signOfLife(false));
    await this.save();
    try {
      ranks.signOfLife(true);
    } catch {
      // Others that were asked to stop too may have ended already.
    }
    throw stopped(this.#fold, this.step);
  }

  /** @throws FtuError 'unavailable' where a rank has come to other weights than rank 0 */
  requireSameWeights(): void {
    const { model, ranks } = this.#fold;
    const bytes = function* (state: TensorState): Generator<Uint8Array> {
      for (const { data } of downloadState(model, state).values()) {
        yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      }
    };
    requireSameBytes(ranks, `weights after step ${this.step}`, () => bytes(this.weights));
  }

  /** The weights that are validated and kept. */
  get evaluated(): TensorState {
    return this.average?.state ?? this.weights;
  }

  /** Counts a step into the means of its epoch and of the run. @param seconds with loading */
  measure(result: StepResult, seconds: number): void {
    this.#epochMeter.add(result, seconds);
    this.#runMeter.add(result, seconds);
  }

  /** Goes on to the next epoch. */
  nextEpoch(): void {
    this.epoch++;
    this.batch = 0;
    this.#epochMeter.restore([]);
  }

  /** Where the training is in the epoch under way, with means over its steps so far. */
  progress(): Omit<StepProgress, 'kind'> {
    const { config, fold, budget, secondsLeft } = this.#fold;
    const { step, learningRate } = this;
    return {
      fold,
      epoch: this.epoch + 1,
      epochs: config.epochs,
      step,
      steps: budget.steps,
      learningRate,
      ...this.#epochMeter.mean(),
      secondsLeft: Math.min(budget.secondsLeft(step), Math.max(0, secondsLeft())),
    };
  }

  /** Over all steps of the run. */
  get imagesPerSecond(): number {
    return this.step === 0 ? 0 : this.#runMeter.mean().imagesPerSecond;
  }

  dispose(): void {
    this.optimiser.dispose();
    this.average?.dispose();
    disposeState(this.weights);
  }
}
