/**
 * The slides that the benchmarks read, made once and kept in a folder of the system's temporary one (FTUSEG_BENCH_SLIDES names another):
 * a JPEG pyramid of `ftu synth`, an uncompressed planar striped TIFF like HuBMAP's, and an NDPI. The pyramid of 40,000 x 40,000
 * takes ten minutes and 0.4 GB, the planar one of 20,000 x 20,000 takes 1.2 GB.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
export const folder = process.env.FTUSEG_BENCH_SLIDES ?? join(tmpdir(), 'ftuseg-bench');

export const python = '/usr/bin/python3';
/** A real Aperio scan, where it is at hand. */
export const scan = here('../../../../shared/data/slides/pathml/small_HE.svs');

export const has = (command, ...args) => spawnSync(command, args).status === 0;
export const hasOpenSlide = has(python, '-c', 'import openslide');
export const hasVips = has('vips', '-v');

function make(path, what, run) {
  mkdirSync(folder, { recursive: true });
  if (existsSync(path)) return path;
  console.error(`making ${what}, kept in ${folder} for the next time`);
  const done = run();
  if (done.status !== 0) throw new Error(`making ${path} failed: ${done.stderr}`);
  return path;
}

/** A pyramid at 0.5 micrometres per pixel with its mask and slide table beside it. */
export function pyramid(side) {
  const path = join(folder, `pyramid-${side}.tif`);
  return make(path, `a synthetic pyramid of ${side} x ${side}`, () => {
    const args = ['synth', '--width', side, '--height', side, '--microns-per-pixel', '0.5', '--seed', '7', path];
    return spawnSync('node', [here('../../cli/bin/ftu.js'), ...args.map(String)], { encoding: 'utf8' });
  });
}

export function planar(side) {
  const path = join(folder, `planar-${side}.tif`);
  return make(path, `a planar slide of ${side} x ${side}`, () => {
    const done = spawnSync(python, [here('make_slides.py'), String(side), `${path}.part`], { encoding: 'utf8' });
    if (done.status === 0) renameSync(`${path}.part`, path);
    return done;
  });
}

export function ndpi(side) {
  const path = join(folder, `slide-${side}.ndpi`);
  return make(path, `an NDPI of ${side} x ${side}`, () => {
    const args = [here('make-ndpi.mjs'), String(side), `${path}.part`];
    const done = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (done.status === 0) renameSync(`${path}.part`, path);
    return done;
  });
}

/** Reads a file once, so that the page cache holds it. */
export const warm = (path) => spawnSync('cat', [path], { stdio: ['ignore', 'ignore', 'ignore'] });

export const gigabytes = (path) => (statSync(path).size / 1e9).toFixed(2);
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Wall-clock seconds and peak resident megabytes of a command, as the operating system counts them.
 * @param ends exit statuses of a command that has done its work: 3 is that of `ftu` with warnings
 */
export function timed(command, args, env = {}, ends = [0]) {
  const began = performance.now();
  const run = spawnSync('/usr/bin/env', ['time', '-f', '%M', command, ...args.map(String)], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 28,
  });
  const seconds = (performance.now() - began) / 1000;
  if (!ends.includes(run.status)) throw new Error(`${command} ${args.join(' ')}: ${run.stderr}`);
  return {
    seconds,
    megabytes: Number(run.stderr.trim().split('\n').at(-1)) / 1024,
    output: run.stdout,
    status: run.status,
  };
}
