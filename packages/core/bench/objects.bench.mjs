/**
 * What is done to the mask of a whole slide, from runs: filling polygons, components, outlines, unions, overlaps, holes and
 * splitting, against OpenCV and NumPy on pixels. Both take turns at a size that OpenCV's labels fit in memory for; then ours alone
 * at the size of a slide. One thread each; reading and writing files is not counted.
 *
 *     node packages/core/bench/objects.bench.mjs [side] [side of a slide] [rounds]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  fillHoles,
  intersectCounts,
  objectsOf,
  outlinesOf,
  runsOfPolygons,
  splitTouching,
  unionRuns,
} from '../dist/index.js';
import { glomeruli } from './glomeruli.mjs';

const script = fileURLToPath(import.meta.url);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
/** 500 on a slide of 40,000 pixels. */
const countFor = (side) => Math.max(1, Math.round(500 * (side / 40_000) ** 2));

/** One round in a process of its own. */
function measure(side) {
  const polygons = glomeruli(side, countFor(side));
  const mirrored = polygons.map(({ label, rings }) => ({
    label,
    rings: rings.map((ring) => ring.map((value, i) => (i % 2 === 0 ? side - value : value))),
  }));
  const other = runsOfPolygons(mirrored, side, side);
  const seconds = {};
  const timed = (name, work) => {
    const began = performance.now();
    const result = work();
    seconds[name] = (performance.now() - began) / 1000;
    return result;
  };
  const mask = timed('fill', () => runsOfPolygons(polygons, side, side));
  const found = timed('objects', () => objectsOf(mask));
  timed('outlines', () => outlinesOf(mask, found));
  const both = timed('union', () => unionRuns([mask, other]));
  timed('overlap', () => intersectCounts(mask, both));
  timed('holes', () => fillHoles(both, () => Number.POSITIVE_INFINITY));
  const parted = timed('split', () => splitTouching(both, () => ({ depth: 20 })));
  const objects = found.objects.length;
  const split = objectsOf(parted).objects.length - objectsOf(both).objects.length;
  console.log(JSON.stringify({ seconds, objects, split, megabytes: process.resourceUsage().maxRSS / 1024 }));
}

function program(command, args) {
  const run = spawnSync(command, args, { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

const times = (rounds, name) => rounds.map(({ seconds }) => seconds[name]);
const milliseconds = (list) =>
  `${(1000 * median(list)).toFixed(1).padStart(8)} ms (least ${(1000 * Math.min(...list)).toFixed(1)})`;
const peak = (rounds) => Math.max(...rounds.map(({ megabytes }) => megabytes)).toFixed(0);

function compare(side, slideSide, rounds) {
  const folder = mkdtempSync(join(tmpdir(), 'ftuseg-objects-'));
  try {
    const path = join(folder, 'polygons.json');
    const pairs = (ring) => Array.from({ length: ring.length / 2 }, (_, i) => [ring[2 * i], ring[2 * i + 1]]);
    writeFileSync(path, JSON.stringify(glomeruli(side, countFor(side)).map(({ rings: [ring] }) => pairs(ring))));
    const python = '/usr/bin/python3';
    const opencv = spawnSync(python, ['-c', 'import cv2']).status === 0;
    const [ours, theirs, large] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      ours.push(program('node', [script, 'measure', String(side)]));
      const args = [fileURLToPath(new URL('objects_opencv.py', import.meta.url)), String(side), path];
      if (opencv) theirs.push(program(python, args));
      large.push(program('node', [script, 'measure', String(slideSide)]));
    }
    console.log(`objects: ${side} x ${side}, ${ours[0].objects} glomeruli, ${rounds} rounds in processes of their own`);
    for (const name of Object.keys(ours[0].seconds)) {
      const mine = times(ours, name);
      const peer = theirs[0]?.seconds[name] === undefined ? undefined : times(theirs, name);
      const ratio =
        peer && `  OpenCV ${milliseconds(peer)}  ratio theirs / ours ${(median(peer) / median(mine)).toFixed(1)}`;
      console.log(`  ${name.padEnd(9)} ${milliseconds(mine)}${ratio ?? ''}`);
    }
    console.log(`  most memory ${peak(ours)} MB${opencv ? `, OpenCV ${peak(theirs)} MB` : ''}`);
    if (!opencv) console.log('  OpenCV: skipped, it compares with: apt-get install python3-opencv');
    console.log(
      `objects: ${slideSide} x ${slideSide}, ${large[0].objects} glomeruli, of two masks ${large[0].split} were split`,
    );
    for (const name of Object.keys(large[0].seconds))
      console.log(`  ${name.padEnd(9)} ${milliseconds(times(large, name))}`);
    console.log(`  most memory ${peak(large)} MB for ${((slideSide * slideSide) / 1e6).toFixed(0)} MB of pixels`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [first, ...rest] = process.argv.slice(2);
if (first === 'measure') measure(Number(rest[0]));
else compare(Number(first ?? 10_000), Number(rest[0] ?? 40_000), Number(rest[1] ?? 5));
