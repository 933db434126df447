/**
 * Holds every level of slides against OpenSlide: whole where it is small, in windows at random places and at the borders, and the pictures beside the
 * slide; to the last bit, since both decode by libjpeg-turbo. Needs python3-openslide.
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
import { openSlide } from '../dist/index.js';

const WHOLE = 4e6;
const WINDOWS = 40;
const SIDE = 512;

function windowsOf({ width, height }) {
  if (width * height <= WHOLE) return [{ x: 0, y: 0, width, height }];
  let state = width * 31 + height;
  const below = (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const [columns, rows] = [Math.min(SIDE, width), Math.min(SIDE, height)];
  const at = (x, y) => ({ x, y, width: columns, height: rows });
  const corner = at(width - columns, height - rows);
  return [at(0, 0), corner, ...Array.from({ length: WINDOWS }, () => at(below(corner.x + 1), below(corner.y + 1)))];
}

const given = process.argv.slice(2);
const isThrough = given[0] === '--through-openslide';
const open = (path) => (isThrough ? openWithOpenSlide(path, { name: 'any format', hint: '' }) : openSlide(path));
const folder = await mkdtemp(join(tmpdir(), 'ftuseg-levels-'));
let different = 0;
for (const path of isThrough ? given.slice(1) : given) {
  const slide = await open(path);
  const parts = [];
  const pixels = [];
  for (const level of slide.levels) {
    const { downsample } = level;
    for (const { x, y, width, height } of windowsOf(level)) {
      const [left, top] = [Math.round(x * downsample), Math.round(y * downsample)];
      // A level's last pixels may stand for less than the others.
      const across = Math.min(Math.round(width * downsample), slide.width - left);
      const down = Math.min(Math.round(height * downsample), slide.height - top);
      const { data, ...size } = await slide.readRegion({ x: left, y: top, width: across, height: down, downsample });
      if (size.width !== width || size.height !== height) continue;
      parts.push({ x: left, y: top, width, height, size: [level.width, level.height] });
      pixels.push(data);
    }
  }
  for (const name of slide.info.associated) {
    const { width, height, data } = await slide.readAssociated(name);
    parts.push({ name, width, height });
    pixels.push(data);
  }
  const { pixelSize, micronsPerPixel } = slide;
  const { format, objectivePower } = slide.info;
  await slide.close();
  const raw = join(folder, 'pixels');
  await writeFile(raw, Buffer.concat(pixels));
  const input = `${JSON.stringify({ path, raw, parts })}\n`;
  const script = fileURLToPath(new URL('levels.py', import.meta.url));
  const { stdout, stderr } = spawnSync('/usr/bin/python3', [script], { input, encoding: 'utf8' });
  if (stdout === '') throw new Error(`OpenSlide did not answer: ${stderr.trim().split('\n').at(-1)}`);
  const answer = JSON.parse(stdout);
  console.log(`${path}\n  ours: ${JSON.stringify({ format, objectivePower, micronsPerPixel, pixelSize })}`);
  if (answer.refused !== undefined) {
    console.log(`  refused by OpenSlide: ${answer.refused}`);
    continue;
  }
  console.log(`  OpenSlide: ${JSON.stringify(answer.properties)}`);
  for (const [name, worst] of Object.entries({ ...answer.levels, ...answer.associated })) {
    console.log(`  ${name}: ${worst === 0 ? 'the same pixels' : `differs by up to ${worst}`}`);
    if (worst !== 0) different++;
  }
}
await rm(folder, { recursive: true });
process.exit(different === 0 ? 0 : 1);
