/**
 * Where a page computes. Graphics drivers differ, so that the graphics card is used only where it gives the processor's answer for a tile that is the
 * same everywhere.
 */
import { createRandom, FtuError } from '@ftuseg/core';
import { dequantiseOnnx, readModelCard } from '@ftuseg/nn';
import type { Session } from '../session/session.js';
import type { WebProvider } from '../session/session.web.js';
import { type ModelInWorkersOptions, openModelInWorkers } from './model-in-workers.js';

export interface ChosenProvider {
  readonly provider: WebProvider;
  /** Why not the graphics card, in a sentence. */
  readonly note?: string;
}

/**
 * Largest difference of logits. Sums of float32 in another order differ by 1e-5 of their size here (see `createWebSession`); a logit that is off by 0.01
 * moves a probability by 0.0025 at most, which is less than the step of an octet in the map. Half precision, wrong kernels and denormals exceed it.
 */
const TOLERANCE = 0.01;

const SEED = 21;

/** Normalised noise, 1 x 3 x side x side, the same everywhere. */
function goldenTile(side: number): Float32Array {
  const random = createRandom(SEED);
  return Float32Array.from({ length: 3 * side * side }, () => random.normal());
}

/** @returns the largest difference; infinite where one answer is no number or of another length */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const apart = Math.abs((a[i] as number) - (b[i] as number));
    if (!(apart <= most)) most = Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart;
  }
  return most;
}

/** Sessions of one model; each is closed after its use. */
export interface ProviderSessions {
  /** Of the float32 form. */
  readonly open: (provider: WebProvider) => Promise<Session>;
  /** The processor as it would compute, to compare the time of a tile; undefined: time does not count. */
  readonly processor?: ProcessorSessions | undefined;
  /** Milliseconds. */
  readonly now?: (() => number) | undefined;
}

export interface ProcessorSessions {
  readonly open: () => Promise<Session>;
  /** Sessions that would run side by side. */
  readonly workers: number;
}

interface Answer {
  readonly logits: Float32Array;
  /** Of the second run: the first compiles. */
  readonly milliseconds: number;
}

async function answerOf(opening: Promise<Session>, side: number, now: () => number): Promise<Answer> {
  const session = await opening;
  try {
    const shape = [1, 3, side, side] as const;
    const logits = await session.run(goldenTile(side), shape);
    const began = now();
    await session.run(goldenTile(side), shape);
    return { logits, milliseconds: now() - began };
  } finally {
    await session.close();
  }
}

/**
 * @param side of a tile that the model was trained on, pixels
 * @throws {FtuError} whatever a session on the processor throws
 */
export async function compareProviders(
  { open, processor, now = () => performance.now() }: ProviderSessions,
  side: number,
): Promise<ChosenProvider> {
  const reference = await answerOf(open('wasm'), side, now);
  const instead = (reason: string): ChosenProvider => ({ provider: 'wasm', note: `${reason}: the processor computes` });
  let graphics: Answer;
  try {
    graphics = await answerOf(open('webgpu'), side, now);
  } catch (error) {
    return instead(
      `the graphics card cannot run the model (${error instanceof FtuError ? error.problem : String(error)})`,
    );
  }
  const apart = largestDifference(reference.logits, graphics.logits);
  if (!(apart <= TOLERANCE)) {
    const facts = `logits differ by ${apart.toPrecision(2)}, ${TOLERANCE} is allowed`;
    return instead(`the graphics card answers otherwise than the processor (${facts})`);
  }
  if (processor === undefined) return { provider: 'webgpu' };
  const perTile = (await answerOf(processor.open(), side, now)).milliseconds / processor.workers;
  if (graphics.milliseconds <= perTile) return { provider: 'webgpu' };
  const [slow, fast] = [graphics.milliseconds, perTile].map((time) => time.toFixed(time < 10 ? 1 : 0));
  return instead(`the graphics card takes ${slow} ms for a tile, the processor ${fast} ms`);
}

function hasWebGpu(): boolean {
  const navigator: unknown = Reflect.get(globalThis, 'navigator');
  return typeof navigator === 'object' && navigator !== null && 'gpu' in navigator;
}

export interface ChooseProviderOptions extends Omit<ModelInWorkersOptions, 'provider' | 'workers'> {
  /** How the processor would compute: the graphics card is taken only where it is not slower. Undefined: time does not count. */
  readonly processor?: Pick<ModelInWorkersOptions, 'makeWorker' | 'runtime' | 'workers'> | undefined;
}

/**
 * WebGPU where a golden tile agrees with WebAssembly and takes no longer, else WebAssembly and a sentence. Browsers emulate a graphics card on the processor
 * where there is none: it agrees, and takes many times as long. One worker runs at a time.
 * @param options `makeWorker` and `runtime` are of the build that knows WebGPU
 * @throws {FtuError} as `openModelInWorkers` on the processor
 * @example
 * const processor = { makeWorker, runtime, workers: 4 };
 * const { provider, note } = await chooseProvider(bytes, { ...graphics, processor, threads: 1, name: 'model.onnx' });
 */
export async function chooseProvider(
  bytes: Uint8Array,
  { processor, ...options }: ChooseProviderOptions,
): Promise<ChosenProvider> {
  if (!hasWebGpu()) return { provider: 'wasm', note: 'this browser has no WebGPU: the processor computes' };
  // Of a network in 8 bits both compute the float32 form: what 8 bits change says nothing of the graphics card.
  const float32 = dequantiseOnnx(bytes);
  const opened = async (file: Uint8Array, place: Omit<ModelInWorkersOptions, 'threads' | 'name'>): Promise<Session> =>
    (await openModelInWorkers(file, { ...options, ...place })).session;
  const { makeWorker, runtime } = options;
  return compareProviders(
    {
      open: (provider) => opened(float32, { makeWorker, runtime, provider, workers: 1 }),
      processor: processor && {
        workers: processor.workers,
        open: () => opened(bytes, { ...processor, provider: 'wasm', workers: 1 }),
      },
    },
    readModelCard(bytes, options.name).tileSize,
  );
}
