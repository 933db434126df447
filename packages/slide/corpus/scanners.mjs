/**
 * Writes slides of scanners by the tests' writers and holds them against readers that know nothing of these: OpenSlide (see levels.mjs), tifffile for QPTIFFs,
 * and Pillow for the JPEGs of NDPIs that OpenSlide does not show. Needs python3-openslide, python3-tifffile and python3-pil.
 *
 *     node packages/slide/corpus/scanners.mjs [FILE...]
 *
 * Further files are held against OpenSlide as well.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSlide } from '../dist/index.js';
import { leica } from './scanners/leica.mjs';
import { ndpi, oddNdpi } from './scanners/ndpi.mjs';
import { philips } from './scanners/philips.mjs';
import { qptiff } from './scanners/qptiff.mjs';
import { tiff } from './scanners/tiff.mjs';
import { trestle } from './scanners/trestle.mjs';
import { ventana } from './scanners/ventana.mjs';

const MAX_SCALE_ERROR = 1e-6;
/** Names of what tifffile calls otherwise: its first series is the slide. */
const OTHERS = { thumbnail: 'Thumbnail', macro: 'Macro', label: 'Label' };

const beside = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'ftuseg-scanners-'));

async function write(name, bytes) {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

async function written(vendor, slides) {
  await mkdir(join(folder, vendor));
  const paths = [];
  for (const [name, bytes] of slides) paths.push(await write(join(vendor, name), bytes));
  return paths;
}

function python(script, ...args) {
  const { stdout, stderr } = spawnSync('/usr/bin/python3', [beside(script), ...args], { encoding: 'utf8' });
  if (stdout === '') throw new Error(`${script} did not answer: ${stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(stdout);
}

const digest = ({ width, height, data }) => `${width} x ${height} ${createHash('sha256').update(data).digest('hex')}`;

/** What a slide is here, in the words of the peers. */
async function described(path) {
  const slide = await openSlide(path);
  try {
    const found = { levels: [], microns: slide.micronsPerPixel };
    for (const { width, height } of slide.levels) {
      found.levels.push(digest(await slide.readRows({ width, height, top: 0, rows: height })));
    }
    for (const name of slide.info.associated) found[OTHERS[name]] = digest(await slide.readAssociated(name));
    return found;
  } finally {
    await slide.close();
  }
}

/** @returns how many things were compared, and names of those that differ */
async function againstTifffile(path) {
  const [ours, theirs] = [await described(path), python('qptiff_peer.py', path)];
  const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  const isSame = (name) =>
    name === 'microns'
      ? Math.abs(ours.microns / theirs.microns - 1) <= MAX_SCALE_ERROR
      : JSON.stringify(ours[name]) === JSON.stringify(theirs[name]);
  return { count: names.size + ours.levels.length - 1, wrong: [...names].filter((name) => !isSame(name)) };
}

async function againstPillow({ name, bytes, jpegs }) {
  const { levels } = await described(await write(name, bytes));
  const files = [];
  for (const [i, jpeg] of jpegs.entries()) files.push(await write(`${name}.${i}.jpg`, jpeg));
  const theirs = python('jpeg_peer.py', ...files);
  return {
    count: theirs.length,
    wrong: theirs.flatMap((level, i) => (level === levels[i] ? [] : [`level ${i}`])),
  };
}

let failed = false;

/** @param slides with what compares each */
async function holdAgainst(peer, slides) {
  let compared = 0;
  for (const [path, compare] of slides) {
    const { count, wrong } = await compare();
    console.log(`${path}: ${wrong.length === 0 ? `as ${peer} has it` : `differs from ${peer} in ${wrong.join(', ')}`}`);
    compared += count;
    failed ||= wrong.length > 0;
  }
  console.log(`held against ${peer}: ${slides.length} slides, ${compared} levels, pictures and scales`);
  failed ||= compared === 0;
}

try {
  const paths = process.argv.slice(2);
  for (const [vendor, slides] of Object.entries({ philips, ndpi, leica, ventana, trestle, tiff })) {
    paths.push(...(await written(vendor, slides())));
  }
  const { status } = spawnSync(process.execPath, [beside('levels.mjs'), ...paths], { stdio: 'inherit' });
  failed = status !== 0;
  const qptiffs = await written('qptiff', qptiff());
  await holdAgainst(
    'tifffile',
    qptiffs.map((path) => [path, () => againstTifffile(path)]),
  );
  await holdAgainst(
    'Pillow',
    [...oddNdpi()].map((slide) => [slide.name, () => againstPillow(slide)]),
  );
} finally {
  await rm(folder, { recursive: true });
}
process.exit(failed ? 1 : 0);
