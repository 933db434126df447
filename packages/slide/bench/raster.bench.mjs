/**
 * The working raster of a whole slide, as whole processes with their peak memory: the pyramid at 2 micrometres per pixel and
 * the planar slide at a quarter of its size, against vips; and what reading the planar file alone takes.
 *
 *     node packages/slide/bench/raster.bench.mjs [side of the pyramid] [side of the planar slide] [rounds]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gigabytes, hasVips, median, planar, pyramid, timed, warm } from './slides.mjs';

const [side = 20000, planarSide = 20000, rounds = 3] = process.argv.slice(2).map(Number);
if (!hasVips) {
  console.log('raster: skipped, it compares with: apt-get install libvips-tools');
  process.exit(0);
}
const ours = fileURLToPath(new URL('make_raster.mjs', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'ftuseg-raster-'));

function compare(title, commands) {
  const took = Object.fromEntries(Object.keys(commands).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, [command, ...args]] of Object.entries(commands)) took[name].push(timed(command, args));
  }
  console.log(`  ${title}`);
  const mine = median(took.ftuseg.map(({ seconds }) => seconds));
  for (const [name, runs] of Object.entries(took)) {
    const seconds = median(runs.map((one) => one.seconds));
    const peak = Math.max(...runs.map((one) => one.megabytes));
    const ratio = name === 'ftuseg' ? '' : `  ratio theirs / ours ${(seconds / mine).toFixed(2)}`;
    console.log(`    ${name.padEnd(28)} ${seconds.toFixed(2)} s, ${peak.toFixed(0)} MB${ratio}`);
  }
}

try {
  const [a, b] = [pyramid(side), planar(planarSide)];
  for (const file of [a, b]) warm(file);
  const [npy, v] = ['out.npy', 'out.v'].map((name) => join(folder, name));
  console.log(`raster: whole slides to working rasters on the disk, median of ${rounds}, whole processes`);
  compare(`JPEG pyramid ${side} x ${side} (${gigabytes(a)} GB) at 2 micrometres per pixel`, {
    ftuseg: ['node', ours, a, npy, '4'],
    'vips copy of level 2': ['vips', 'copy', `${a}[page=2]`, v],
    'vips shrink of level 0': ['vips', 'shrink', a, v, '4', '4'],
  });
  compare(`planar strips ${planarSide} x ${planarSide} (${gigabytes(b)} GB) at a quarter`, {
    ftuseg: ['node', ours, b, npy, '4'],
    'vips shrink': ['vips', 'shrink', b, v, '4', '4'],
    'reading the file (dd)': ['dd', `if=${b}`, 'of=/dev/null', 'bs=1M'],
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
