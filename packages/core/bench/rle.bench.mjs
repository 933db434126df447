/**
 * Kaggle's run-length code of a slide that is never in memory: a mask of 500 glomeruli handed over in bands, against the usual NumPy
 * functions on a mask that fits in memory. Megapixels of mask per second; both take turns.
 *
 *     node packages/core/bench/rle.bench.mjs [side] [side for NumPy] [rounds]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createColumnRunEncoder,
  createRleEncoder,
  createRowRleEncoder,
  createRowRunEncoder,
  paintRuns,
  rleOfRuns,
  runsOfRle,
} from '../dist/index.js';
import { glomeruliMask } from './glomeruli.mjs';

const TARGET = 500;
/** Of a band of columns or rows. */
const THICKNESS = 256;

const script = fileURLToPath(import.meta.url);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function bands(side, order) {
  return Array.from({ length: Math.ceil(side / THICKNESS) }, (_, i) => {
    const [at, thickness] = [i * THICKNESS, Math.min(THICKNESS, side - i * THICKNESS)];
    return order === 'columns'
      ? { x: at, y: 0, width: thickness, height: side }
      : { x: 0, y: at, width: side, height: thickness };
  });
}

/** What an encoder makes of all bands, and the seconds that painting and encoding them took. */
function throughBands(mask, order, push) {
  let [painting, encoding] = [0, 0];
  for (const rect of bands(mask.width, order)) {
    const began = performance.now();
    const band = paintRuns(mask, rect);
    const painted = performance.now();
    push(band);
    painting += painted - began;
    encoding += performance.now() - painted;
  }
  return { painting: painting / 1000, encoding: encoding / 1000 };
}

/** One round in a process of its own: seconds by task, and the most memory. */
function measure(side) {
  const mask = glomeruliMask(side, 500);
  const seconds = {};
  const timed = (name, work) => {
    const began = performance.now();
    const result = work();
    seconds[name] = (performance.now() - began) / 1000;
    return result;
  };
  const code = timed('encode runs', () => rleOfRuns(mask));
  const again = timed('decode to runs', () => runsOfRle(code, side, side));
  const encoders = {
    'encode columns': ['columns', () => createRleEncoder(side), (encoder, band) => encoder.push(band)],
    'encode rows': [
      'rows',
      () => createRowRleEncoder(side, side),
      (encoder, band) => encoder.push(band.data, band.height),
    ],
    'runs of columns': ['columns', () => createColumnRunEncoder(side, side), (encoder, band) => encoder.push(band)],
    'runs of rows': ['rows', () => createRowRunEncoder(side, side), (encoder, band) => encoder.push(band)],
  };
  for (const [name, [order, create, push]] of Object.entries(encoders)) {
    const encoder = create();
    const { painting, encoding } = throughBands(again, order, (band) => push(encoder, band));
    const began = performance.now();
    const found = encoder.finish();
    const result = typeof found === 'string' ? found : rleOfRuns(found);
    seconds[name] = encoding + (performance.now() - began) / 1000;
    seconds[`paint ${order}`] = painting;
    if (result !== code) throw new Error(`${name} gives another code`);
  }
  console.log(
    JSON.stringify({
      seconds,
      code: code.length,
      runs: mask.starts.length,
      megabytes: process.resourceUsage().maxRSS / 1024,
    }),
  );
}

function compare(side, numpySide, rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'ftuseg-rle-'));
  try {
    const path = join(folder, 'mask.rle');
    writeFileSync(path, rleOfRuns(glomeruliMask(numpySide, Math.max(1, Math.round(500 * (numpySide / side) ** 2)))));
    const program = (command, args) => {
      const run = spawnSync(command, args, { encoding: 'utf8' });
      if (run.status !== 0) throw new Error(run.stderr);
      return JSON.parse(run.stdout);
    };
    const python = '/usr/bin/python3';
    const numpy = spawnSync(python, ['-c', 'import numpy']).status === 0;
    const [ours, theirs] = [[], []];
    for (let round = 0; round < rounds; round++) {
      ours.push(program('node', [script, 'measure', String(side)]));
      const args = [fileURLToPath(new URL('rle_numpy.py', import.meta.url)), String(numpySide), path];
      if (numpy) theirs.push(program(python, args));
    }
    report(side, numpySide, ours, theirs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(side, numpySide, ours, theirs) {
  const speed = (pixels, seconds) => pixels / 1e6 / seconds;
  const [{ runs, code }] = ours;
  console.log(
    `rle: ${side} x ${side}, 500 glomeruli, ${runs} runs, ${(code / 1e6).toFixed(1)} MB of code, ${ours.length} rounds`,
  );
  const peer = Object.fromEntries(
    ['encode', 'decode'].map((name) => [name, theirs.map((one) => speed(numpySide ** 2, one[name]))]),
  );
  for (const name of Object.keys(ours[0].seconds)) {
    const speeds = ours.map(({ seconds }) => speed(side ** 2, seconds[name]));
    const other = peer[name.startsWith('decode') || name.startsWith('paint') ? 'decode' : 'encode'];
    const ratio = theirs.length === 0 ? '' : `  ratio ours / NumPy ${(median(speeds) / median(other)).toFixed(1)}`;
    const target = median(speeds) > TARGET ? 'met' : 'MISSED';
    console.log(
      `  ${name.padEnd(16)} ${median(speeds).toFixed(0).padStart(7)} megapixels/s (least ${Math.min(...speeds).toFixed(0)}), target ${TARGET} ${target}${ratio}`,
    );
  }
  console.log(
    `  most memory ${Math.max(...ours.map(({ megabytes }) => megabytes)).toFixed(0)} MB for ${((side * side) / 1e6).toFixed(0)} MB of pixels`,
  );
  if (theirs.length === 0) {
    console.log('  NumPy: skipped, it compares with: apt-get install python3-numpy');
    return;
  }
  const memory = Math.max(...theirs.map(({ megabytes }) => megabytes)).toFixed(0);
  console.log(
    `  NumPy, ${numpySide} x ${numpySide}: encode ${median(peer.encode).toFixed(0)}, decode ${median(peer.decode).toFixed(0)} megapixels/s (most ${Math.max(...peer.encode).toFixed(0)}, ${Math.max(...peer.decode).toFixed(0)}), ${memory} MB`,
  );
}

const [first, ...rest] = process.argv.slice(2);
if (first === 'measure') measure(Number(rest[0]));
else compare(Number(first ?? 40_000), Number(rest[0] ?? 10_000), Number(rest[1] ?? 5));
