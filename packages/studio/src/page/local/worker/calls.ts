/** Calls to a worker: an answer for each, news on the way, and a caller who may go. Both ends come from one build, so shapes are trusted. */
import { FtuError } from '@ftuseg/core';

/** By name: what a call gives, what it gets, and what it is told meanwhile. */
export type Methods = Readonly<
  Record<string, { readonly args: unknown; readonly result: unknown; readonly news?: unknown }>
>;

type News<M extends Methods, K extends keyof M> = M[K] extends { readonly news: infer N } ? N : never;

/** What a worker sends back for a call that failed. */
interface Failure {
  readonly name: string;
  readonly problem: string;
  readonly hint?: string | undefined;
}

export interface CallContext<N> {
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly tell: (news: N) => void;
  /** Memory that leaves the worker with the answer. */
  readonly hand: (...memory: Transferable[]) => void;
}

export type Handlers<M extends Methods> = {
  readonly [K in keyof M]: (args: M[K]['args'], context: CallContext<News<M, K>>) => Promise<M[K]['result']>;
};

/** The part of a worker's scope that is used; vite's types know only the window's. */
export interface WorkerScope {
  onmessage: ((event: MessageEvent) => void) | null;
  readonly postMessage: (message: unknown, transfer?: Transferable[]) => void;
}

const FULL = {
  name: 'QuotaExceededError',
  problem: 'the browser has no more room for this page; nothing that was saved before is lost',
  hint: 'export the work and delete what is no longer needed, or free space on the disk',
};

function failureOf(error: unknown): Failure {
  if (error instanceof Error && error.name === FULL.name) return FULL;
  if (error instanceof FtuError) return { name: error.name, problem: error.problem, hint: error.hint };
  if (error instanceof Error || error instanceof DOMException) return { name: error.name, problem: error.message };
  return { name: 'Error', problem: String(error) };
}

/** In a worker: answers the calls of who made it. */
export function serveCalls<M extends Methods>(scope: WorkerScope, handlers: Handlers<M>): void {
  const running = new Map<number, AbortController>();
  scope.onmessage = ({ data }) => {
    const { call, method, args, stop } = data;
    if (stop === true) {
      running.get(call)?.abort();
      return;
    }
    const abort = new AbortController();
    const memory: Transferable[] = [];
    running.set(call, abort);
    const context = {
      signal: abort.signal,
      tell: (news: unknown) => scope.postMessage({ call, news }),
      hand: (...more: Transferable[]) => void memory.push(...more),
    };
    Promise.resolve()
      .then(() => handlers[method]?.(args, context))
      .then(
        (result) => scope.postMessage({ call, result }, memory),
        (error: unknown) => scope.postMessage({ call, failure: failureOf(error) }),
      )
      .finally(() => running.delete(call));
  };
}

export interface Caller<M extends Methods> {
  readonly call: <K extends keyof M & string>(
    method: K,
    args: M[K]['args'],
    options?: { readonly signal?: AbortSignal | undefined; readonly news?: (news: News<M, K>) => void },
  ) => Promise<M[K]['result']>;
  /** Calls that have no answer yet. */
  readonly waiting: () => number;
  /** Ends the worker; what it still does is lost. */
  readonly close: () => void;
}

const errorOf = ({ name, problem, hint }: Failure): Error => {
  if (name === 'AbortError') return new DOMException(problem, name);
  // Every error that a person can cause has its sentence; of others the browser's words are all there is.
  return new FtuError('unavailable', problem, hint === undefined ? {} : { hint });
};

/** @param make of an inlined worker, so that it inherits what the page may do */
export function createCaller<M extends Methods>(make: () => Worker): Caller<M> {
  const worker = make();
  const waiting = new Map<number, { take: (event: MessageEvent) => void; fail: (error: Error) => void }>();
  let calls = 0;
  const failAll = (error: Error): void => {
    for (const { fail } of waiting.values()) fail(error);
    waiting.clear();
  };
  worker.onmessage = (event) => waiting.get(event.data.call)?.take(event);
  worker.onerror = (event) => {
    event.preventDefault();
    failAll(new FtuError('unavailable', `a worker of the page ended: ${event.message}`, { hint: 'reload the page' }));
  };
  return {
    call: (method, args, { signal, news } = {}) => {
      calls += 1;
      const call = calls;
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(new DOMException('nobody waits for it any more', 'AbortError'));
          return;
        }
        const leave = (): void => worker.postMessage({ call, stop: true });
        signal?.addEventListener('abort', leave, { once: true });
        const settle = (): void => {
          waiting.delete(call);
          signal?.removeEventListener('abort', leave);
        };
        const fail = (error: Error): void => {
          settle();
          reject(error);
        };
        const take = ({ data }: MessageEvent): void => {
          if (data.news !== undefined) news?.(data.news);
          else if (data.failure !== undefined) fail(errorOf(data.failure));
          else {
            settle();
            resolve(data.result);
          }
        };
        waiting.set(call, { take, fail });
        worker.postMessage({ call, method, args });
      });
    },
    waiting: () => waiting.size,
    close: () => {
      worker.terminate();
      failAll(new FtuError('cancelled', 'the worker was ended'));
    },
  };
}
