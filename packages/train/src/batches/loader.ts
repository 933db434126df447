/**
 * Loads batches ahead of the training step. Worker threads render into a ring of shared memory while libtorch works;
 * the main thread only wraps what is ready. Without workers the same code renders in the main thread.
 */
import { Worker } from 'node:worker_threads';
import { FtuError } from '@ftuseg/core';
import type { HardPlaces } from '../sampling/hard-places.js';
import { type BatchIndex, type BatchJob, type BatchMemory, batchMemory, renderBatch, withHardPlaces } from './batch.js';
import { type SharedJob, shareJob } from './shared-job.js';

export interface WorkerSetup {
  readonly job: SharedJob;
  readonly ring: readonly BatchMemory[];
}

export type WorkerRequest =
  | { readonly kind: 'render'; readonly slot: number; readonly index: BatchIndex }
  /** From here on windows are drawn from these places too. */
  | { readonly kind: 'places'; readonly places: HardPlaces };

export interface WorkerReply {
  readonly slot: number;
}

export interface LoadedBatch extends BatchMemory {
  readonly index: BatchIndex;
  /** Gives the memory back to the ring; the arrays must not be read afterwards. */
  release(): void;
}

export interface BatchLoader {
  /** The next batch in order; batches come one after the other, each to be released before the ring runs out. */
  next(): Promise<LoadedBatch>;
  /** Goes on to epochs that waited for the places that their windows are drawn from. */
  extend(places: HardPlaces, lastEpoch: number): void;
  /** Stops the workers; safe to call twice. */
  close(): Promise<void>;
}

export interface LoaderOptions {
  /** Number of threads; 0 renders in the calling thread, when asked. */
  readonly workers: number;
  /** Batches that are ready in advance. */
  readonly prefetch: number;
  /** The last epoch whose windows are known; later ones wait for `extend`. Undefined: all are. */
  readonly lastEpoch?: number | undefined;
}

/** The built worker, found from `src/` and from `dist/` alike: threads run JavaScript even where tests run TypeScript. */
const workerEntry = new URL('../../dist/batches/worker.js', import.meta.url);

interface Slot {
  readonly memory: BatchMemory;
  index: BatchIndex;
  state: 'free' | 'loading' | 'ready';
}

/**
 * Starts loading batches in the order of `order`.
 *
 * @param order yields the samples of batch after batch; it may be endless
 * @throws FtuError 'unavailable' from `next` when a worker dies
 * @example
 * const loader = startLoader(job, batchOrder(100), { workers: 2, prefetch: 4 });
 * const batch = await loader.next();
 * batch.release();
 * await loader.close();
 */
export function startLoader(
  job: BatchJob,
  order: Iterator<BatchIndex>,
  { workers, prefetch, lastEpoch = Number.POSITIVE_INFINITY }: LoaderOptions,
): BatchLoader {
  let current = job;
  let last = lastEpoch;
  /** Drawn from `order`, and not handed to a worker yet. */
  let upcoming: BatchIndex | undefined;
  const slots: Slot[] = Array.from({ length: workers === 0 ? 1 : prefetch }, () => ({
    memory: batchMemory(job),
    index: { epoch: 0, first: 0 },
    state: 'free',
  }));
  const setup: WorkerSetup = { job: shareJob(job), ring: slots.map(({ memory }) => memory) };
  /** Slots in the order in which their batches are to be handed out. */
  const queue: number[] = [];
  let waiting: { resolve(): void; reject(problem: unknown): void } | undefined;
  let failure: FtuError | undefined;
  let closing = false;
  let turn = 0;

  const fail = (reason: string, cause?: unknown): void => {
    if (closing || failure !== undefined) return;
    failure = new FtuError('unavailable', `a worker that loads training data stopped: ${reason}`, {
      hint: 'run again, with `--workers 0` to load in the main thread',
      cause,
    });
    waiting?.reject(failure);
  };
  const threads = Array.from({ length: workers }, () => {
    const thread = new Worker(workerEntry, { workerData: setup });
    thread.on('message', ({ slot }: WorkerReply) => {
      const done = slots[slot];
      if (done !== undefined) done.state = 'ready';
      waiting?.resolve();
    });
    thread.on('error', (problem) => fail(problem.message, problem));
    thread.on('exit', (code) => fail(`exit code ${code}`));
    return thread;
  });

  const following = (): BatchIndex | undefined => {
    const { done, value } = order.next();
    return done === true ? undefined : value;
  };
  /** Hands free slots to the workers, round robin; the order of `queue` is what keeps batches in order. */
  const fill = (): void => {
    if (closing) return;
    slots.forEach((slot, i) => {
      if (slot.state !== 'free') return;
      upcoming ??= following();
      if (upcoming === undefined || upcoming.epoch > last) return;
      slot.index = upcoming;
      upcoming = undefined;
      slot.state = 'loading';
      queue.push(i);
      const request: WorkerRequest = { kind: 'render', slot: i, index: slot.index };
      threads[turn++ % threads.length]?.postMessage(request);
    });
  };

  return {
    async next() {
      fill();
      const first = queue.shift();
      const slot = first === undefined ? undefined : slots[first];
      if (slot === undefined) throw new RangeError('no batch is left, or none was released');
      if (threads.length === 0) {
        renderBatch(current, slot.index, slot.memory);
        slot.state = 'ready';
      }
      while (slot.state !== 'ready') {
        if (failure !== undefined) throw failure;
        await new Promise<void>((resolve, reject) => {
          waiting = { resolve, reject };
        });
        waiting = undefined;
      }
      return {
        index: slot.index,
        images: slot.memory.images,
        masks: slot.memory.masks,
        release() {
          slot.state = 'free';
          fill();
        },
      };
    },
    extend(places, epoch) {
      current = withHardPlaces(current, places);
      last = epoch;
      const request: WorkerRequest = { kind: 'places', places };
      // A thread reads its messages in order: what it was told to render before is drawn as it was then.
      for (const thread of threads) thread.postMessage(request);
      fill();
    },
    async close() {
      closing = true;
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

/**
 * The batches of endless epochs, in order, from a place on: a run stops by not asking for more.
 * @param offset of the first sample in its batch, where a process has a slice of each
 */
export function* batchOrder(
  batchesPerEpoch: number,
  batchSize: number,
  from: { readonly epoch: number; readonly batch: number } = { epoch: 0, batch: 0 },
  offset = 0,
): Generator<BatchIndex, never> {
  for (let epoch = from.epoch; ; epoch++) {
    for (let batch = epoch === from.epoch ? from.batch : 0; batch < batchesPerEpoch; batch++) {
      yield { epoch, first: batch * batchSize + offset };
    }
  }
}
