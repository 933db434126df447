/**
 * The entry of the process that times networks: a process of its own, so that memory and threads of a measurement are gone with it, and one
 * that takes too long can be ended.
 */
import { cpus } from 'node:os';
import { createNodeSession } from '@ftuseg/infer';
import { createModel, exportOnnx, initialState, type ModelCard, modelCardFormat } from '@ftuseg/nn';
import { parseTrainConfig, timeTraining } from '@ftuseg/train';
import { clockSeconds, processorSeconds } from './clocks.js';
import type { Measured } from './speeds.js';
import type { Measurable, NetworkLoad } from './work.js';

export interface MeasureRequest {
  readonly what: Measurable;
  /** Seconds that it may take about. */
  readonly limit: number;
  /** Threads that the work will have. */
  readonly threads: number;
  /** Others are at work on this machine: processor time of one thread is what can be believed. */
  readonly busy: boolean;
}

export interface MeasureReply {
  /** Undefined: it cannot be measured here. */
  readonly measured: Measured | undefined;
}

/** So many threads are this much faster than one. */
const speedUp = (threads: number): number => threads ** 0.9;

function timeTrain(what: Extract<Measurable, { kind: 'train' }>, request: MeasureRequest): Measured {
  const { limit, threads, busy } = request;
  const config = parseTrainConfig({ threads, ...what.settings, data: '.', out: '.' });
  const onProcessor = config.device === 'cpu';
  const oneThread = busy && onProcessor;
  const found = timeTraining(config, what.spec.classes, what.tile, { limit, threads: oneThread ? 'one' : 'all' });
  const faster = oneThread ? speedUp(config.threads ?? threads) : 1;
  const image = found.secondsPerImage / faster;
  // Loading threads and libtorch's share the processor; beside an accelerator they only have to keep up.
  const withLoading = onProcessor
    ? image + found.secondsPerWindow / cpus().length
    : Math.max(image, found.secondsPerWindow / Math.max(1, config.workers));
  return {
    seconds: { 'training image': withLoading, 'validated tile': found.secondsPerTile / faster },
    whole: found.tile === what.tile && found.batchSize === config.batchSize,
  };
}

function cardOf({ spec, tile }: NetworkLoad): ModelCard {
  return {
    format: modelCardFormat,
    name: 'measured',
    decoder: spec.decoder,
    encoder: spec.encoder,
    classes: Array.from({ length: spec.classes }, (_, i) => `class-${i + 1}`),
    tileSize: tile,
    micronsPerPixel: null,
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
    threshold: 0.5,
    training: {},
  };
}

const SMALLEST = 128;

async function timePredict(what: Extract<Measurable, { kind: 'predict' }>, request: MeasureRequest): Promise<Measured> {
  const { limit, busy } = request;
  const { spec, tile, device } = what;
  const oneThread = busy && device === 'cpu';
  const threads = oneThread ? 1 : request.threads;
  const clock = oneThread ? processorSeconds : clockSeconds;
  const until = clockSeconds() + limit;
  const model = createModel(spec);
  const bytes = exportOnnx(model, initialState(model, 0), cardOf(what));
  const opening = clock();
  const session = await createNodeSession(bytes, { device, threads, subject: 'the measured network' });
  const opened = clock() - opening;
  try {
    const batch = session.bestBatch ?? 1;
    const together = oneThread ? 1 : (session.parallel ?? 1);
    const timed = async (side: number): Promise<{ side: number; tileSeconds: number; wall: number }> => {
      const began = clockSeconds();
      const pixels = new Float32Array(batch * 3 * side * side);
      const all = () =>
        Promise.all(Array.from({ length: together }, () => session.run(pixels, [batch, 3, side, side])));
      await all();
      const since = clock();
      await all();
      return { side, tileSeconds: (clock() - since) / (batch * together), wall: clockSeconds() - began };
    };
    const [first = tile, ...larger] = [...new Set([SMALLEST, 2 * SMALLEST, tile])].filter((side) => side <= tile);
    let sample = await timed(first);
    for (const side of larger) {
      if (sample.wall * (side / sample.side) ** 2 > until - clockSeconds()) break;
      sample = await timed(side);
    }
    const faster = oneThread ? speedUp(request.threads) : 1;
    return {
      seconds: {
        'predicted tile': (sample.tileSeconds * (tile / sample.side) ** 2) / faster,
        'loaded network': opened,
      },
      whole: sample.side === tile,
    };
  } finally {
    await session.close();
  }
}

process.on('message', async (request: MeasureRequest) => {
  const { what } = request;
  const measured = await Promise.resolve()
    .then(() => (what.kind === 'train' ? timeTrain(what, request) : timePredict(what, request)))
    .catch(() => undefined);
  process.send?.({ measured } satisfies MeasureReply);
});
