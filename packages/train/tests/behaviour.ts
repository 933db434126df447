/**
 * What a configuration does, as a digest: which slides and windows, how they are changed, what is minimised, how weights move and how
 * scores are taken. Two configurations with the same digest train alike, so that a setting which leaves it as it was does nothing.
 */
import { createHash } from 'node:crypto';
import type { Dataset } from '@ftuseg/folders';
import type { ModelOutput, ParameterSpec } from '@ftuseg/nn';
import { dispatch, scope, type Tensor, tensor } from '@ftuseg/torch';
import { batchMemory, renderBatch } from '../src/batches/batch.js';
import type { TrainConfig } from '../src/config/config.js';
import { foldNumbers } from '../src/config/parse-config.js';
import type { SourceSlide } from '../src/dataset/sources.js';
import { hasRounds, roundFollows, tilesOfRound } from '../src/hard-negatives/rounds.js';
import { networkLoss, tileLoss } from '../src/loss/loss.js';
import { modelSpec } from '../src/network/model-spec.js';
import { consistencyLoss } from '../src/optimise/consistency.js';
import { createOptimiser } from '../src/optimise/optimiser.js';
import { createSchedule } from '../src/optimise/schedule.js';
import { windowPlan } from '../src/sampling/plan.js';
import { splitSlides } from '../src/split/split.js';
import { discs } from './discs.js';

/** Of slides, and of the tiles of their grids. */
const [height, side] = [128, 32];
/** One slide is larger than the others. */
const widthOf = (slide: number): number => (slide === 0 ? 192 : 160);

const dataset: Dataset = {
  folder: 'data',
  format: 1,
  classes: ['glomerulus'],
  micronsPerPixel: 2,
  tile: side,
  overlap: 0,
  slides: [],
};

/** Slides of five donors and a further source, with discs as glomeruli. */
const slides: readonly SourceSlide[] = ['a', 'b', 'c', 'd', 'e', 'f', 'web'].map((id, i) => {
  const columns: Record<string, string> = { id, donor: `d${i % 5}`, centre: i < 4 ? 'near' : 'far' };
  const width = widthOf(i);
  const across = width / side;
  const tiles = Array.from({ length: 4 * across }, (_, n) => ({
    x: (n % across) * side,
    y: Math.floor(n / across) * side,
    density: (n * 7 + i * i) % (i + 3) > 0 ? (n + i * i + 1) / 100 : 0,
  }));
  return {
    key: id,
    dataset,
    tiles,
    source: id === 'web' ? 'web' : 'official',
    weight: 1,
    slide: {
      id,
      width,
      height,
      sourceWidth: width,
      sourceHeight: height,
      downsample: 1,
      digest: '',
      inputs: [],
      columns,
      pixels: { glomerulus: 100 },
    },
    ...(id === 'web'
      ? { role: 'external' as const, positive: 0.6, negative: 0.25 }
      : { role: 'official' as const, positive: 0.6, negative: 0.25 }),
  };
});

const rasters = new Map(
  slides.map(({ key }, i) => {
    const width = widthOf(i);
    const { image, labels } = discs(width, height, i + 1);
    return [key, { width, height, image: image.data, mask: labels.data }];
  }),
);
/** Where a network would have seen objects in background. */
const hardPlaces = {
  boxes: Int32Array.from([0, 5, 90, 12, 9, 0, 140, 4, 20, 20]),
  cumulative: Float64Array.of(0.25, 1),
};
const boxes = Int32Array.from([10, 10, 20, 20, 60, 40, 40, 40, 100, 80, 10, 12]);

const wave = (shape: readonly number[], phase: number, size = 3): Tensor => {
  const count = shape.reduce((all, one) => all * one, 1);
  return tensor(
    Float32Array.from({ length: count }, (_, i) => size * Math.sin(i * 0.37 + phase)),
    shape,
  );
};

/** Labelled inside, by halves at the border. */
const disc = (x: number, y: number): number => (Math.hypot(x, y) < 4 ? 1 : Math.hypot(x, y) < 5 ? 0.5 : 0);

/** The loss of fixed logits. */
function lossOf(config: TrainConfig): number {
  return scope(() => {
    const shape = [2, 1, 16, 16];
    const target = tensor(
      Float32Array.from({ length: 512 }, (_, i) => disc((i % 16) - 8, ((i >> 4) % 16) - 7)),
      shape,
    );
    const tile = wave([2, 1, 1, 1], 0.3);
    if (config.task === 'classify') return tileLoss(tile, target, config.loss, 'soft').total.item();
    const output: ModelOutput<Tensor> = {
      logits: wave(shape, 0),
      auxiliary: config.deepSupervision ? [wave([2, 1, 4, 4], 1), wave([2, 1, 8, 8], 2)] : [],
      tile: config.tileClassifier ? tile : undefined,
    };
    return networkLoss(output, target, config.loss, 'soft').total.item();
  });
}

/** What unlabelled windows add to the loss; null where there are none. */
function consistencyOf({ sources = {}, consistency }: TrainConfig): unknown {
  if (Object.values(sources).every(({ role }) => role !== 'unlabelled')) return null;
  const shape = [2, 1, 16, 16];
  const loss = scope(() => consistencyLoss(wave(shape, 0), wave(shape, 0.4, 6), consistency.confidence).item());
  return [consistency.weight * loss, consistency.featureDropout];
}

/** Two parameters after three updates. */
function updated(config: TrainConfig): number[] {
  const names = ['encoder.weight', 'decoder.weight'];
  const parameters = names.map(
    (name): ParameterSpec => ({
      name,
      role: 'parameter',
      shape: [3],
      dtype: 'float32',
      initial: { kind: 'constant', value: 0 },
    }),
  );
  const state = new Map(names.map((name, i) => [name, wave([3], i, 1e-4).setRequiresGrad(true)]));
  const optimiser = createOptimiser({ parameters }, state, config.optimiser);
  for (let step = 0; step < 3; step++) {
    optimiser.zeroGrad();
    scope(() => {
      for (const weight of state.values()) {
        const away = dispatch('sub.Tensor', weight, wave([3], step + 5, 1e-4));
        dispatch('sum', dispatch('mul.Tensor', dispatch('mul.Tensor', away, away), wave([3], 9, 1e-2))).backward();
      }
    });
    optimiser.step(1);
  }
  const values = [...state.values()].flatMap((weight) => Array.from(weight.toArray(), Number));
  optimiser.dispose();
  for (const weight of state.values()) weight.dispose();
  return values;
}

/** Rates over a run of forty epochs with scores that stop rising. */
function rates(config: TrainConfig, validates: boolean): number[] {
  const schedule = createSchedule(config.schedule);
  return Array.from({ length: 40 }, (_, epoch) => {
    if (validates) schedule.observe(Math.min(epoch, 3));
    return schedule.factor({ progress: epoch / 40, epoch, steps: 400 });
  });
}

/** What is drawn of a fold: sides of the split, windows, pixels. */
function drawn(config: TrainConfig, fold: number): unknown {
  const { positive, negative } = config.sampling;
  const offered = slides.map((slide) => (slide.role === 'official' ? { ...slide, positive, negative } : slide));
  const { train, validate, warnings } = splitSlides(offered, config, fold);
  const tile = config.tile ?? side;
  const own = train.map((entry) => ({ ...rastersOf(entry.key), objects: boxes }));
  const plan = windowPlan(train, own, config, { side: tile, grid: side });
  const normalisation =
    config.normalisation === 'unit'
      ? { mean: [0, 0, 0] as const, std: [1, 1, 1] as const }
      : { mean: [0.4, 0.5, 0.6] as const, std: [0.2, 0.2, 0.2] as const };
  const job = {
    slides: own,
    plan: hasRounds(config) && plan.kind === 'free' ? { ...plan, hardPlaces } : plan,
    tile,
    classes: 1,
    batchSize: 6,
    seed: config.seed,
    augment: config.augment,
    normalisation,
  };
  const memory = batchMemory(job);
  const hash = createHash('sha256');
  for (let epoch = 0; epoch < 12; epoch++) {
    renderBatch(job, { epoch, first: 0 }, memory);
    hash.update(new Uint8Array(memory.images.buffer)).update(new Uint8Array(memory.masks.buffer));
  }
  const scored =
    config.validation.score === 'batches'
      ? config.batchSize
      : [config.validation.overlap, config.validation.tile ?? tile];
  return {
    warnings,
    train: train.map(({ key, tiles }) => [key, tiles]),
    validate: validate.map(({ key, only }) => [key, only]),
    pixels: hash.digest('hex'),
    steps: plan.kind === 'free' ? config.samplesPerEpoch / config.batchSize : plan.pools.map(({ count }) => count),
    scores:
      validate.length === 0
        ? null
        : [config.validation.every, config.validation.score, validate[0]?.only === undefined ? scored : null],
  };
}

function rastersOf(key: string) {
  const found = rasters.get(key);
  if (found === undefined) throw new RangeError(`no slide ${key}`);
  return found;
}

const kept = new Map<string, string>();

/**
 * What was computed of equal settings before, as JSON. What a part takes must be named here: a setting that is left out and yet changes
 * the part would look as if it did nothing, and the test would fail.
 */
function onceFor(part: string, settings: unknown, compute: () => unknown): string {
  const key = JSON.stringify([part, settings]);
  const found = kept.get(key) ?? JSON.stringify(compute());
  kept.set(key, found);
  return found;
}

/** The settings that decide which windows are drawn: all but those of the passes, of the loss and of the updates. */
const drawing = ({ loss: _, optimiser: __, schedule: ___, consistency: ____, ...rest }: TrainConfig): unknown => rest;

/** @throws FtuError what the settings together make impossible */
export function behaviourOf(config: TrainConfig): string {
  const folds = config.validate !== undefined || config.split === 'none' ? [0] : foldNumbers(config);
  const validates = config.validate !== undefined || config.split !== 'none';
  const spec = modelSpec(config, 1);
  const all = {
    task: config.task,
    network: config.task === 'classify' ? spec.encoder : spec,
    start: [config.encoderWeights, config.encoderWeights.endsWith('.npz') ? config.calibrateBatches : null],
    folds: folds.map((fold) => [
      folds.length === 1 && !validates ? null : fold,
      onceFor('drawn', [drawing(config), fold], () => drawn(config, fold)),
    ]),
    loss: onceFor('loss', [config.loss, config.task, config.deepSupervision, config.tileClassifier], () =>
      lossOf(config),
    ),
    consistency: consistencyOf(config),
    weights: onceFor('weights', config.optimiser, () => updated(config)),
    rates: rates(config, validates),
    rounds: hasRounds(config)
      ? [
          Array.from({ length: config.epochs }, (_, epoch) => roundFollows(config, epoch)),
          tilesOfRound(config, config.samplesPerEpoch),
        ]
      : null,
    threshold: config.validation.score === 'batches' ? 0.5 : config.validation.threshold,
    // What the loop takes as it is, in every company: its own tests show what it does.
    always: [
      config.epochs,
      config.batchSize,
      config.ema,
      config.ema > 0 ? config.emaWarmup : null,
      config.freezeEncoder,
      config.optimiser.accumulate,
      config.precision,
    ],
  };
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}
