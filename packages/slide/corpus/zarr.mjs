/**
 * Holds OME-Zarr against python3-zarr: what it writes by every compressor is read here, level by level and in random windows, and what the tests'
 * writer writes is read there. Needs python3-zarr (version 2: OME-Zarr 0.4).
 *
 *     node packages/slide/corpus/zarr.mjs
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSlide } from '../dist/index.js';
import { buildZarr } from '../tests/zarr/zarr-builder.mjs';

const WINDOWS = 20;
const script = fileURLToPath(new URL('zarr_peer.py', import.meta.url));

function python(...args) {
  const { stdout, stderr, status } = spawnSync('/usr/bin/python3', [script, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`python3-zarr did not answer: ${stderr.trim().split('\n').at(-1)}`);
  return stdout;
}

/** Where a slide differs from its levels' RGB; undefined for nowhere. */
async function difference(path, raw) {
  const slide = await openSlide(path);
  try {
    let at = 0;
    for (const { width, height } of slide.levels) {
      const wanted = raw.subarray(at, at + width * height * 3);
      const { data } = await slide.readRows({ width, height, top: 0, rows: height });
      if (Buffer.compare(wanted, data) !== 0) return `level ${width} x ${height}`;
      for (let n = 0; n < WINDOWS; n++) {
        const [left, top] = [(n * 7919) % width, (n * 104_729) % height];
        const [columns, rows] = [Math.min(width - left, 97), Math.min(height - top, 61)];
        const window = await slide.readRows({ width, height, top, rows, left, columns });
        for (let y = 0; y < rows; y++) {
          const row = wanted.subarray(((top + y) * width + left) * 3).subarray(0, columns * 3);
          if (Buffer.compare(row, window.data.subarray(y * columns * 3, (y + 1) * columns * 3)) !== 0)
            return `window ${columns} x ${rows} at (${left}, ${top}) of level ${width} x ${height}`;
        }
      }
      at += width * height * 3;
    }
    return at === raw.length && slide.micronsPerPixel === 0.5 ? undefined : 'levels or scale';
  } finally {
    await slide.close();
  }
}

const folder = await mkdtemp(join(tmpdir(), 'ftuseg-zarr-'));
const [theirs, ours] = [join(folder, 'theirs'), join(folder, 'ours')];
await mkdir(theirs);
await mkdir(ours);
let different = 0;
let compared = 0;
try {
  python('write', theirs);
  const names = (await readdir(theirs)).filter((name) => name.endsWith('.zarr')).sort();
  for (const name of names) {
    const where = await difference(join(theirs, name), await readFile(join(theirs, name.replace(/zarr$/, 'raw'))));
    if (where !== undefined) console.log(`${name}: differs, ${where}`);
    if (where !== undefined) different++;
  }
  console.log(`${names.length} slides of python3-zarr, ${different} different`);
  compared = names.length;

  const picture = (width, height) => ({
    width,
    height,
    channels: 3,
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 37 + Math.floor(i / (3 * width)) * 11) & 255),
  });
  const levels = [picture(83, 61), picture(41, 30)];
  const forms = [
    {},
    { axes: 'yxc', chunk: { c: 3 } },
    { axes: 'tczyx', planes: { t: 2, z: 3 } },
    { order: 'F', chunk: { c: 2 } },
  ];
  const depths = [
    {},
    { bits: 16 },
    { bits: 16, bigEndian: true },
    { compressor: 'none', separator: '.' },
    { compressor: 'gzip' },
  ];
  let count = 0;
  for (const form of forms) {
    for (const depth of depths) {
      const name = String(count++);
      for (const [file, bytes] of buildZarr({ levels, ...form, ...depth })) {
        const path = join(ours, `${name}.zarr`, file);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, bytes);
      }
      await writeFile(join(ours, `${name}.raw`), Buffer.concat(levels.map(({ data }) => data)));
    }
  }
  const failed = JSON.parse(python('read', ours));
  console.log(`${count} slides of the tests' writer, ${failed.length} different for python3-zarr ${failed.join(', ')}`);
  different += failed.length;
} finally {
  await rm(folder, { recursive: true });
}
process.exit(different === 0 && compared > 0 ? 0 : 1);
