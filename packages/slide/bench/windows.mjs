/** The windows that readers are timed on, and the two readers that every format has: ours, and OpenSlide in Python. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openSlide } from '../dist/index.js';
import { hasOpenSlide, python } from './slides.mjs';

const run = promisify(execFile);
const openSlideReader = fileURLToPath(new URL('read_openslide.py', import.meta.url));
export const WINDOW = 512;

/** The same windows for everyone: a linear congruential sequence (Numerical Recipes). */
export function windows(width, height, downsample, count) {
  const size = WINDOW * downsample;
  let state = 12345;
  const next = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: count }, () => ({ x: next(width - size), y: next(height - size) }));
}

/** Milliseconds of a job. */
export async function together(jobs, readers, work) {
  let at = 0;
  const reader = async () => {
    while (at < jobs.length) await work(jobs[at++]);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: readers }, reader));
  return (performance.now() - began) / jobs.length;
}

/** @returns milliseconds of a window */
export async function readOurs(path, jobs, downsample, readers) {
  const slide = await openSlide(path);
  const size = WINDOW * downsample;
  const took = await together(jobs, readers, ({ x, y }) =>
    slide.readRegion({ x, y, width: size, height: size, downsample }),
  );
  await slide.close();
  return took;
}

/** @returns milliseconds of a window; undefined where OpenSlide is not installed or does not read the file */
export async function readOpenSlide(path, jobs, downsample, readers) {
  if (!hasOpenSlide) return undefined;
  const given = JSON.stringify({ path, jobs, downsample, readers, window: WINDOW });
  const answer = await run(python, [openSlideReader, given], { maxBuffer: 1 << 26 }).catch(() => undefined);
  return answer === undefined ? undefined : Number(answer.stdout);
}
