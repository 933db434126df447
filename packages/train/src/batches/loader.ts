/**
 * Loads batches ahead of the training step. Worker threads render into a ring of shared memory while libtorch works;
 * the main thread only wraps what is ready. Without workers the same code renders in the main thread.
 */
import { Worker } from 'node:worker_threads';
import { FtuError } from '@ftuseg/core';
import { type BatchIndex, type BatchJob, type BatchMemory, batchMemory, renderBatch } from './batch.js';
import { type SharedJob, shareJob } from './shared-job.js';

export interface WorkerSetup {
  readonly job: SharedJob;
  readonly ring: readonly BatchMemory[];
}

export interface WorkerRequest {
  readonly slot: number;
  readonly index: BatchIndex;
}

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
  /** Stops the workers; safe to call twice. */
  close(): Promise<void>;
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
 * @param workers number of threads; 0 renders in the calling thread, when asked
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
  { workers, prefetch }: { readonly workers: number; readonly prefetch: number },
): BatchLoader {
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

  /** Hands free slots to the workers, round robin; the order of `queue` is what keeps batches in order. */
  const fill = (): void => {
    if (closing) return;
    slots.forEach((slot, i) => {
      if (slot.state !== 'free') return;
      const following = order.next();
      if (following.done === true) return;
      slot.index = following.value;
      slot.state = 'loading';
      queue.push(i);
      threads[turn++ % threads.length]?.postMessage({ slot: i, index: slot.index } satisfies WorkerRequest);
    });
  };

  return {
    async next() {
      fill();
      const first = queue.shift();
      const slot = first === undefined ? undefined : slots[first];
      if (slot === undefined) throw new RangeError('no batch is left, or none was released');
      if (threads.length === 0) {
        renderBatch(job, slot.index, slot.memory);
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
    async close() {
      closing = true;
      await Promise.all(threads.map((thread) => thread.terminate()));
    },
  };
}

/** The batches of endless epochs, in order, from a place on: a run stops by not asking for more. */
export function* batchOrder(
  batchesPerEpoch: number,
  batchSize: number,
  from: { readonly epoch: number; readonly batch: number } = { epoch: 0, batch: 0 },
): Generator<BatchIndex, never> {
  for (let epoch = from.epoch; ; epoch++) {
    for (let batch = epoch === from.epoch ? from.batch : 0; batch < batchesPerEpoch; batch++) {
      yield { epoch, first: batch * batchSize };
    }
  }
}
