/**
 * Scanners' formats: 200 random windows of 512 x 512 at level 0 and at a downsample of 4, with 1 reader and with 4, and the whole slide at a downsample
 * of 4 in bands: our reader against OpenSlide (python3-openslide), on slides that the tests' writers make, with JPEG tiles, and uncompressed
 * ones of Trestle. Page cache warm.
 *
 *     node packages/slide/bench/formats.bench.mjs [side of the slides = 4096] [windows = 200] [format ...]
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSlide } from '../dist/index.js';
import { buildMirax } from '../tests/mirax/mirax-builder.mjs';
import { jpegPage } from '../tests/ndpi/ndpi-builder.mjs';
import { shrink, tissue } from '../tests/ndpi/pictures.mjs';
import { buildBif } from '../tests/vendors/bif-builder.mjs';
import { buildPhilips } from '../tests/vendors/philips-builder.mjs';
import { buildScn } from '../tests/vendors/scn-builder.mjs';
import { compressedBy } from '../tests/vendors/tiff-pages.mjs';
import { buildTrestle } from '../tests/vendors/trestle-builder.mjs';
import { hasOpenSlide, median, ndpi, python, warm } from './slides.mjs';
import { readOpenSlide, readOurs, windows } from './windows.mjs';

const [side = 4096, count = 200] = process.argv.slice(2, 4).map(Number);
const only = process.argv.slice(4);
const ROUNDS = 3;
const DOWNSAMPLE = 4;
if (!hasOpenSlide) {
  console.log('formats: skipped, it compares with OpenSlide: apt-get install python3-openslide');
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), 'ftuseg-formats-bench-'));
const wholeOpenSlide = fileURLToPath(new URL('read_whole_openslide.py', import.meta.url));

const STEP = 6;
const jpeg = (picture) => jpegPage(picture, { sampling: [2, 1], step: STEP }).jpeg;
const encode = compressedBy(STEP);
const full = tissue(side, side);
const levels = [1, 2, 4, 8].map((factor) => ({ factor, picture: factor === 1 ? full : shrink(full, factor) }));

function write(name, bytes) {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

async function mirax() {
  const photo = 1024;
  const photos = Math.floor(side / photo);
  const options = { photosAcross: photos, photosDown: photos, divisions: 4, side: photo / 4, overlap: 64, levels: 6 };
  const { files } = await buildMirax({ ...options, format: 'JPEG', encode: jpeg, name: 'mirax' });
  for (const [name, bytes] of files) write(name, bytes);
  return join(folder, 'mirax.mrxs');
}

function bif() {
  const [own, overlap] = [1024, 64];
  const across = Math.floor((side - overlap) / (own - overlap));
  const areas = [{ column: 0, row: 0, columns: across, rows: across, x: 0, y: 0 }];
  const pictures = { picture: full, label: tissue(60, 90, 3), thumbnail: tissue(52, 40, 4) };
  return write('ventana.bif', buildBif({ ...pictures, areas, side: own, overlap, levels: 4, encode }));
}

function scn() {
  // The glass, of which the macro shows all and the scan a part.
  const glass = side + 1024;
  const scans = [{ x: 512, y: 512, picture: full }];
  return write(
    'leica.scn',
    buildScn({ width: glass, height: glass, scans, macro: tissue(256, 256), levels: 4, side: 512, encode }),
  );
}

const slides = {
  'Hamamatsu NDPI': () => ndpi(side),
  'Leica SCN': scn,
  'Ventana BIF': bif,
  'Philips TIFF': () => write('philips.tiff', buildPhilips(levels, { side: 512 })),
  Trestle: () => write('trestle.tif', buildTrestle({ picture: full, side: 256, overlaps: [16, 8, 0] })),
  '3DHISTECH MIRAX': mirax,
};

/** Milliseconds for the whole slide in bands. */
async function wholeOurs(path) {
  const slide = await openSlide(path);
  const [width, height] = [slide.width, slide.height].map((length) => Math.floor(length / DOWNSAMPLE));
  const began = performance.now();
  for (let top = 0; top < height; top += 1024) {
    await slide.readRows({ width, height, top, rows: Math.min(1024, height - top) });
  }
  await slide.close();
  return performance.now() - began;
}

const wholeTheirs = (path) =>
  Number(spawnSync(python, [wholeOpenSlide, path, DOWNSAMPLE], { encoding: 'utf8' }).stdout);

/** In turns, medians. */
async function compare(name, work, unit, digits, [ours, theirs]) {
  const took = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [i, measure] of [ours, theirs].entries()) {
      const one = await measure();
      // The first round fills the page cache.
      if (round > 0) took[i].push(one);
    }
  }
  const [a, b] = took.map(median);
  console.log(
    `  ${name.padEnd(16)} ${work.padEnd(16)} ftuseg ${a.toFixed(digits)}  OpenSlide ${b.toFixed(digits)} ${unit}  ratio theirs / ours ${(b / a).toFixed(2)}`,
  );
}

try {
  console.log(`formats: slides of ${side} x ${side}, ${count} windows of 512 x 512, medians of ${ROUNDS} in turns`);
  const chosen = Object.entries(slides).filter(([name]) => only.length === 0 || only.some((one) => name.includes(one)));
  for (const [name, make] of chosen) {
    const path = await make();
    warm(path);
    const slide = await openSlide(path);
    const { width, height } = slide;
    await slide.close();
    for (const downsample of [1, DOWNSAMPLE]) {
      const jobs = windows(width, height, downsample, count);
      for (const readers of [1, 4]) {
        const work = `1/${downsample}, ${readers} reader${readers > 1 ? 's' : ''}`;
        await compare(name, work, 'ms a window', 2, [
          () => readOurs(path, jobs, downsample, readers),
          () => readOpenSlide(path, jobs, downsample, readers),
        ]);
      }
    }
    await compare(name, `whole at 1/${DOWNSAMPLE}`, 'ms', 0, [() => wholeOurs(path), () => wholeTheirs(path)]);
  }
} finally {
  rmSync(folder, { recursive: true });
}
