/**
 * How long a network takes to train on this machine, by a few real steps of it: what a plan counts with before anything like it was trained
 * here.
 */
import { FtuError } from '@ftuseg/core';
import { usableThreads } from '@ftuseg/files';
import { createModel, initialState, Liveness } from '@ftuseg/nn';
import { manualSeed, noGrad, reuseFreedMemory, scope, setThreads } from '@ftuseg/torch';
import { type BatchJob, batchMemory, renderBatch } from '../batches/batch.js';
import type { TrainConfig } from '../config/config.js';
import { requireMemory } from '../network/memory.js';
import { modelSpec } from '../network/model-spec.js';
import { disposeState, uploadState } from '../network/network.js';
import { predictLogits, wrapImages } from '../network/passes.js';
import { createOptimiser } from '../optimise/optimiser.js';
import { type StepContext, singleStep, trainStep } from '../optimise/step.js';
import { requireTorch } from '../run-folder/provenance.js';

export interface TrainingTime {
  /** Of a step, divided by its images; waiting for nothing. */
  readonly secondsPerImage: number;
  /** Of drawing and changing a window, in one thread. */
  readonly secondsPerWindow: number;
  /** Of predicting a tile for validation. */
  readonly secondsPerTile: number;
  /** Side and batch that were timed; smaller than asked for where a step takes longer than the limit. */
  readonly tile: number;
  readonly batchSize: number;
}

export interface TimeOptions {
  /** Seconds that it may take about; a network that takes longer is timed at a smaller batch or tile, which the result says. */
  readonly limit: number;
  /**
   * `all`: by the clock, with the threads of the configuration, which is what a training takes on an idle machine. `one`: processor time of one
   * thread, which other work on the machine hardly changes; threads that wait for each other beside other work can take a hundred times as long.
   */
  readonly threads: 'all' | 'one';
}

/** Side of the first sample, pixels. */
const SMALLEST = 128;
/** Images of the second sample, and tiles that are predicted together. */
const TOGETHER = 3;

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

interface Size {
  readonly side: number;
  readonly batch: number;
}

interface Sample extends Size {
  /** Seconds of a step. */
  readonly step: number;
  /** Of all its steps, by the clock. */
  readonly wall: number;
}

/** From small samples to the real size; the first two differ in their batch alone. */
function sizesOf(tile: number, batch: number): [Size, Size, ...Size[]] {
  const smallest = Math.min(tile, SMALLEST);
  const sides = [2 * SMALLEST, tile].filter((side) => side > smallest && side <= tile);
  const rest = [...new Set(sides)].map((side) => ({ side, batch: 1 }));
  return [{ side: smallest, batch: 1 }, { side: smallest, batch: TOGETHER }, ...rest, { side: tile, batch }];
}

/** What a step takes that does not grow with its batch: calls, and the update. */
function stepOverhead(one: Sample, more: Sample): number {
  const perImage = (more.step - one.step) / (more.batch - one.batch);
  return Math.min(Math.max(0, one.step - perImage), 0.9 * one.step);
}

const growth = (a: Size, b: Size): number => (b.side / a.side) ** 2 * (b.batch / a.batch);

/** Of value `i`, 0..255. */
const noise = (i: number): number => (i * 2654435761) >>> 24;

/** A slide of noise with one object in its middle. */
function noiseJob(config: TrainConfig, classes: number, tile: number): BatchJob {
  const [side, object] = [2 * tile, Math.floor(tile / 2)];
  const from = Math.floor((side - object) / 2);
  const mask = new Uint8Array(side * side);
  for (let y = from; y < from + object; y++) mask.fill(1, y * side + from, y * side + from + object);
  const image = Uint8Array.from({ length: side * side * 3 }, (_, i) => noise(i));
  return {
    slides: [{ width: side, height: side, image, mask, objects: Int32Array.of(from, from, object, object) }],
    plan: { kind: 'free', shares: Float64Array.of(1), centred: 0.5, jitter: 0.5, bins: [] },
    tile,
    classes,
    batchSize: 1,
    seed: 0,
    augment: config.augment,
    normalisation: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  };
}

/**
 * Trains the network of a configuration for a step or two, on noise.
 *
 * @param tile side of its windows, pixels
 * @throws FtuError 'unavailable' without libtorch or enough memory
 * @example
 * timeTraining(config, 1, 256, { limit: 4, threads: 'all' }).secondsPerImage;
 */
export function timeTraining(
  config: TrainConfig,
  classes: number,
  tile: number,
  { limit, threads }: TimeOptions,
): TrainingTime {
  requireTorch(config.device);
  reuseFreedMemory();
  setThreads(threads === 'one' ? 1 : (config.threads ?? usableThreads()));
  manualSeed(0);
  const clock = threads === 'one' ? processorSeconds : () => performance.now() / 1000;
  const seconds = (work: () => void): number => {
    const since = clock();
    work();
    return clock() - since;
  };
  const began = performance.now();
  const left = (): number => limit - (performance.now() - began) / 1000;
  const model = createModel(modelSpec(config, classes));
  const state = uploadState(model, initialState(model, 0), config.channelsLast, config.device);
  const optimiser = createOptimiser(model, state, config.optimiser);
  const sampleAt = ({ side, batch }: Size): Sample => {
    if (config.device === 'cpu') requireMemory(model, side, batch);
    const memory = batchMemory({ tile: side, classes, batchSize: batch });
    for (let i = 0; i < memory.images.length; i++) memory.images[i] = noise(i) / 128 - 1;
    const context: StepContext = {
      ...config,
      model,
      state,
      optimiser,
      liveness: new Liveness(model),
      targets: 'hard',
      tile: side,
      batchSize: batch,
      classes,
    };
    const since = performance.now();
    const step = (): number => seconds(() => trainStep(context, memory, singleStep(1e-3)));
    // The first of a size also finds memory and the fastest kernels.
    step();
    return { side, batch, step: step(), wall: (performance.now() - since) / 1000 };
  };
  try {
    const [first, second, ...larger] = sizesOf(tile, config.batchSize);
    const one = sampleAt(first);
    let sample = sampleAt(second);
    const perStep = stepOverhead(one, sample);
    for (const size of larger) {
      if (sample.wall * growth(sample, size) > left()) break;
      try {
        sample = sampleAt(size);
      } catch (error) {
        if (!(error instanceof FtuError) || error.code !== 'unavailable') throw error;
        break;
      }
    }
    const { side, batch } = sample;
    const area = (tile / side) ** 2;
    const job = { ...noiseJob(config, classes, side), batchSize: TOGETHER };
    const memory = batchMemory(job);
    renderBatch(job, { epoch: 0, first: 0 }, memory);
    const rendered = seconds(() => renderBatch(job, { epoch: 0, first: TOGETHER }, memory));
    const predict = (): number =>
      seconds(() =>
        noGrad(() =>
          scope(() => predictLogits(model, state, wrapImages(memory.images, TOGETHER, side, config), config).toArray()),
        ),
      );
    predict();
    return {
      secondsPerImage: (area * (sample.step - perStep)) / batch + perStep / config.batchSize,
      secondsPerWindow: (rendered / TOGETHER) * area,
      secondsPerTile: (predict() / TOGETHER) * area,
      tile: side,
      batchSize: batch,
    };
  } finally {
    optimiser.dispose();
    disposeState(state);
  }
}
