/**
 * Holds slides against OpenSlide: every level, whole where it is small, at its corners and in windows at random places, and the pictures beside the slide, to
 * the last bit, since both decode by libjpeg-turbo; micrometres per pixel, magnification, and each property that the scanner wrote. Whatever differs or is on
 * one side only ends the command with 1, but for what known-differences.mjs has a reason for; so does a run that compared nothing. Needs python3-openslide.
 *
 *     node packages/slide/corpus/levels.mjs [--through-openslide] FILE...
 *
 * `--through-openslide` opens the files as those are that have no reader here, whatever they are: what the binding makes of OpenSlide's pixels.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openWithOpenSlide } from '../dist/formats/openslide/open-openslide.node.js';
import { boundProperties } from '../dist/formats/properties/properties.js';
import { openSlide } from '../dist/index.js';
import { reasonOf } from './known-differences.mjs';
import { windowsOf } from './windows.mjs';

const MAX_SCALE_ERROR = 1e-6;

const given = process.argv.slice(2);
const isThrough = given[0] === '--through-openslide';
const paths = isThrough ? given.slice(1) : given;
const open = (path) => (isThrough ? openWithOpenSlide(path, { name: 'any format', hint: '' }) : openSlide(path));
const script = fileURLToPath(new URL('levels.py', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'ftuseg-levels-'));
const KINDS = [
  'slides',
  'levels',
  'windows',
  'regions',
  'scales',
  'magnifications',
  'bounds',
  'pictures',
  'properties',
];
const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
const known = new Map();
let different = 0;
/** Regions that have not their window's size: a region goes by the factor of a level's width, which is not that of its height on narrow slides. */
let unequal = 0;

function askOpenSlide(request) {
  const options = { input: `${JSON.stringify(request)}\n`, encoding: 'utf8', maxBuffer: 1 << 28 };
  const { stdout, stderr } = spawnSync('/usr/bin/python3', [script], options);
  if (stdout === '') throw new Error(`OpenSlide did not answer: ${stderr.trim().split('\n').at(-1)}`);
  return JSON.parse(stdout);
}

const sizeOf = ([width, height]) => `${width} x ${height}`;

/** Compares two values, of which either may be missing. @returns undefined for the same ones */
function difference(what, of, ours, theirs, isSame = (a, b) => a === b) {
  if (theirs === undefined) return { what: `${what} that only we have`, of, said: String(ours) };
  if (ours === undefined) return { what: `${what} that only OpenSlide has`, of, said: String(theirs) };
  return isSame(ours, theirs) ? undefined : { what, of, said: `${ours} here, ${theirs} in OpenSlide` };
}

/** What is on either side, by name. @yields the kind that is counted, with a difference or undefined for none */
function* compared(kind, what, ours, theirs, isSame) {
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [a, b] = [ours[name], theirs[name]];
    if (a !== undefined || b !== undefined) yield [kind, difference(what, name, a, b, isSame)];
  }
}

const named = (names) => Object.fromEntries(names.map((name) => [name, name]));

function* facts(slide, properties, theirs) {
  const levels = slide.levels.map(({ width, height }) => sizeOf([width, height]));
  yield* compared('levels', 'level', named(levels), named(theirs.levels.map(sizeOf)));
  yield* compared('pictures', 'picture', named(slide.info.associated), named(theirs.associated));
  const number = (name) => (theirs.properties[name] === undefined ? undefined : Number(theirs.properties[name]));
  const { micronsPerPixel, pixelSize: scale = { x: micronsPerPixel, y: micronsPerPixel } } = slide;
  const stated = { x: number('openslide.mpp-x'), y: number('openslide.mpp-y') };
  yield* compared('scales', 'scale', scale, stated, (a, b) => Math.abs(a / b - 1) <= MAX_SCALE_ERROR);
  const power = { objective: number('openslide.objective-power') };
  yield* compared('magnifications', 'magnification', { objective: slide.info.objectivePower }, power);
  // OpenSlide states the bounds of some slides that were scanned whole, and version 3.4.1 those of tiles that pass the edge of the slide.
  const whole = { x: 0, y: 0, width: slide.width, height: slide.height };
  const { x, y, width, height } = slide.bounds ?? whole;
  const [left, top, across, down] = Object.entries(whole).map(
    ([side, all]) => number(`openslide.bounds-${side}`) ?? all,
  );
  const within = [left, top, Math.min(across, slide.width - left), Math.min(down, slide.height - top)];
  yield* compared('bounds', 'bounds', { slide: String([x, y, width, height]) }, { slide: String(within) });
  // Only what the scanner wrote, with the limits and line ends that properties have here.
  const written = Object.entries(theirs.properties).filter(([name]) => !name.startsWith('openslide.'));
  yield* compared('properties', 'property', properties, boundProperties(written));
}

/** Windows of all levels as rows and as regions, and all pictures. */
async function* pictures(slide, theirs) {
  for (const { width, height, downsample } of slide.levels) {
    const number = theirs.levels.findIndex((level) => sizeOf(level) === sizeOf([width, height]));
    if (number < 0) continue;
    for (const window of windowsOf({ width, height }, theirs.downsamples[number])) {
      const { x, y, left, top, ...size } = window;
      const rows = { width, height, top: y, rows: size.height, left: x, columns: size.width };
      const part = { left, top, ...size, size: [width, height] };
      yield { kind: 'windows', of: sizeOf([width, height]), part, data: (await slide.readRows(rows)).data };
      // A region has whole pixels of the slide, and a level's last pixels may stand for less than the others.
      const [across, down] = [Math.round(size.width * downsample), Math.round(size.height * downsample)];
      const region = { x: Math.round(x * downsample), y: Math.round(y * downsample), width: across, height: down };
      region.width = Math.min(across, slide.width - region.x);
      region.height = Math.min(down, slide.height - region.y);
      const shown = await slide.readRegion({ ...region, downsample });
      if (shown.width !== size.width || shown.height !== size.height) unequal++;
      else yield { kind: 'regions', of: sizeOf([width, height]), part, data: shown.data };
    }
  }
  for (const name of slide.info.associated) {
    if (!theirs.associated.includes(name)) continue;
    const { width, height, data } = await slide.readAssociated(name);
    yield { kind: 'pictures', of: name, part: { name, width, height }, data };
  }
}

function report(path, found) {
  const reason = reasonOf(found);
  if (reason !== undefined) known.set(reason, (known.get(reason) ?? 0) + 1);
  else {
    different++;
    console.log(`${path}: ${found.what} ${found.of}: ${JSON.stringify(found.said).slice(0, 300)}`);
  }
}

async function compare(path, slide) {
  const theirs = askOpenSlide({ path });
  if (theirs.refused !== undefined) {
    report(path, { what: 'slide that OpenSlide refuses', of: slide.info.format, said: theirs.refused });
    return;
  }
  const vendor = theirs.properties['openslide.vendor'];
  const before = different;
  const count = (kind, found) => {
    if (found === undefined) counts[kind]++;
    else report(path, { ...found, vendor, theirs: theirs.properties });
  };
  for (const [kind, found] of facts(slide, await slide.readProperties(), theirs)) {
    // A picture of both counts once its pixels are the same.
    if (kind !== 'pictures' || found !== undefined) count(kind, found);
  }
  const shown = [];
  for await (const one of pictures(slide, theirs)) shown.push(one);
  const raw = join(folder, 'pixels');
  await writeFile(raw, Buffer.concat(shown.map(({ data }) => data)));
  const worst = askOpenSlide({ path, raw, parts: shown.map(({ part }) => part) });
  if (worst.refused !== undefined) throw new Error(`${path}: OpenSlide stops at its pixels: ${worst.refused}`);
  for (const [i, { kind, of }] of shown.entries()) {
    const said = `pixels differ by up to ${worst[i]}`;
    count(kind, worst[i] === 0 ? undefined : { what: kind.slice(0, -1), of, said });
  }
  counts.slides++;
  if (different === before) console.log(`${path}: as OpenSlide ${theirs.version} has it (${vendor})`);
}

try {
  for (const path of paths) {
    const slide = await open(path);
    await compare(path, slide).finally(() => slide.close());
  }
} finally {
  await rm(folder, { recursive: true });
}
const same = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
console.log(`the same: ${same.join(', ')}`);
for (const [reason, count] of known) console.log(`known: ${reason} (${count})`);
if (unequal > 0) console.log(`left out: ${unequal} regions of another size than their window`);
if (counts.windows === 0) console.log('nothing was compared');
console.log(`different: ${different}`);
process.exit(different === 0 && counts.windows > 0 ? 0 : 1);
