/** Threads that combine kept answers: a CRF computes on the thread that calls it, and predictions do not wait for each other. */
import { Worker } from 'node:worker_threads';
import { FtuError } from '@ftuseg/core';
import { inOrder } from '../concurrency/in-order.js';
import type { CombineReply } from './combine-worker.node.js';
import type { ScoredCombination, SlideJob } from './score-slide.node.js';

/** The built worker, found from `src/` and from `dist/` alike: threads run JavaScript even where tests run TypeScript. */
const entry = new URL('../../dist/logits/combine-worker.node.js', import.meta.url);

/**
 * @param threads at most so many jobs at a time
 * @returns what becomes of each job, in their order
 * @throws {FtuError} `cancelled`, and what `scoreSlide` throws
 */
export async function* scoreInThreads(
  jobs: readonly SlideJob[],
  threads: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ScoredCombination[], void, undefined> {
  const count = Math.max(1, Math.min(threads, jobs.length));
  const idle = Array.from({ length: count }, () => new Worker(entry, { execArgv: [] }));
  const all = [...idle];
  const waiting: ((worker: Worker) => void)[] = [];
  const take = async (): Promise<Worker> => idle.pop() ?? new Promise((resolve) => waiting.push(resolve));
  const give = (worker: Worker): void => {
    const next = waiting.shift();
    if (next === undefined) idle.push(worker);
    else next(worker);
  };
  const tasks = async function* () {
    for (const job of jobs) {
      yield async () => {
        const worker = await take();
        try {
          return await askWorker(worker, job, signal);
        } finally {
          give(worker);
        }
      };
    }
  };
  try {
    yield* inOrder(tasks(), count);
  } finally {
    await Promise.all(all.map((worker) => worker.terminate()));
  }
}

function askWorker(
  worker: Worker,
  job: SlideJob,
  signal: AbortSignal | undefined,
): Promise<readonly ScoredCombination[]> {
  return new Promise((resolve, reject) => {
    const settle = (end: () => void): void => {
      // One by one: a worker has listeners of its own.
      worker.off('message', answered).off('error', dead).off('exit', gone);
      signal?.removeEventListener('abort', cancel);
      end();
    };
    const fail = (error: FtuError): void => settle(() => reject(error));
    const cancel = (): void => fail(new FtuError('cancelled', 'the scoring was interrupted'));
    const dead = (cause: unknown): void =>
      fail(new FtuError('unavailable', 'the thread that combines predictions ended', { subject: job.row.id, cause }));
    const gone = (): void => dead(undefined);
    const answered = (reply: CombineReply): void => {
      if (reply.kind === 'scored') {
        settle(() => resolve(reply.scored));
        return;
      }
      const { code, problem, subject = job.row.id, hint } = reply;
      fail(new FtuError(code, problem, hint === undefined ? { subject } : { subject, hint }));
    };
    worker.on('message', answered).on('error', dead).on('exit', gone);
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted) cancel();
    else worker.postMessage(job);
  });
}
