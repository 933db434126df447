/**
 * Renders a slide on all cores, band after band. Each thread keeps to its own columns, since what it computed for one band
 * serves the next.
 */

import { Worker } from 'node:worker_threads';
import { emptyRaster, FtuError } from '@ftuseg/core';
import { usableThreads } from '@ftuseg/files';
import type { SlideSpec } from '../spec.js';
import { paste, type SyntheticRegion, type Window } from './region.js';

/** The built worker, found from `src/` and from `dist/` alike: threads run JavaScript even where tests run TypeScript. */
const entry = new URL('../../dist/render/render-worker.js', import.meta.url);

/** Pixels that one message asks for across; a multiple of the renderer's tiles. */
const CHUNK = 2048;

interface Waiting {
  readonly resolve: (region: SyntheticRegion) => void;
  readonly reject: (error: Error) => void;
}

class RenderThread {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];

  constructor(spec: SlideSpec) {
    this.#worker = new Worker(entry, { workerData: spec });
    this.#worker.unref();
    this.#worker.on('message', (region: SyntheticRegion) => this.#waiting.shift()?.resolve(region));
    const fail = (cause: unknown): void => {
      const error = new FtuError('unavailable', 'a rendering thread ended early', { cause });
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    };
    this.#worker.on('error', fail);
    this.#worker.on('exit', fail);
  }

  render(window: Window): Promise<SyntheticRegion> {
    // A thread with nothing to do must not keep the process alive.
    this.#worker.ref();
    this.#worker.postMessage(window);
    return new Promise<SyntheticRegion>((resolve, reject) => this.#waiting.push({ resolve, reject })).finally(() => {
      if (this.#waiting.length === 0) this.#worker.unref();
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

export interface RenderPool {
  /** A band of whole rows. */
  band(y: number, height: number): Promise<SyntheticRegion>;
  close(): Promise<void>;
}

/** @param threads default: one per core */
export function openRenderPool(spec: SlideSpec, threads = usableThreads()): RenderPool {
  const width = spec.slideWidth;
  const chunks = Math.ceil(width / CHUNK);
  const pool = Array.from({ length: Math.min(threads, chunks) }, () => new RenderThread(spec));
  return {
    band: async (y, height) => {
      const image = emptyRaster(width, height, 3);
      const labels = emptyRaster(width, height);
      await Promise.all(
        Array.from({ length: chunks }, async (_, i) => {
          const x = i * CHUNK;
          const thread = pool[Math.floor((i * pool.length) / chunks)];
          if (thread === undefined) throw new RangeError(`no thread for chunk ${i}`);
          const part = await thread.render({ x, y, width: Math.min(CHUNK, width - x), height });
          paste(part.image, image, x, 0);
          paste(part.labels, labels, x, 0);
        }),
      );
      return { image, labels };
    },
    close: async () => {
      await Promise.all(pool.map((thread) => thread.close()));
    },
  };
}
