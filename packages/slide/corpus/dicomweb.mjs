/**
 * Holds slides on a DICOMweb server against the same slides as files: stores series there (STOW-RS), opens both, and compares what they say, all levels and
 * the pictures beside them. Series of the tests' generator, and of the folders that are given. The server keeps them. Orthanc with its DICOMweb plugin will do.
 * Needs dcmtk.
 *
 *     node packages/slide/corpus/dicomweb.mjs http://127.0.0.1:8042/dicom-web [FOLDER...]
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { openSlide } from '../dist/index.js';
import { samples } from '../tests/dicom/samples.mjs';
import { buildSlide, planes, runLengths, SYNTAX, tilesOf } from '../tests/dicom/slide-builder.mjs';

const [root, ...folders] = process.argv.slice(2);
if (root === undefined) {
  console.error('dicomweb: give the address of a DICOMweb server, such as http://127.0.0.1:8042/dicom-web');
  process.exit(2);
}
/** Rows that are compared at a time. */
const BAND = 1024;
const run = Date.now();
let count = 0;

function dcmtk(command, ...args) {
  const { stdout, stderr, status, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr.trim()} (Debian: dcmtk)`);
  return stdout;
}

/** Series of forms that files can have. */
function generated() {
  const picture = {
    width: 300,
    height: 200,
    channels: 3,
    data: Uint8Array.from({ length: 180_000 }, (_, i) => (i * 37 + (i >> 9)) & 255),
  };
  const tile = [64, 48];
  const tiles = tilesOf(picture, ...tile);
  const level = { width: 300, height: 200, tile, frameData: tiles };
  const small = { ...picture, width: 75, height: 50, data: picture.data.subarray(0, 75 * 50 * 3) };
  const places = tiles.map((_, i) => ({ column: (i % 5) * 64 + 1, row: Math.floor(i / 5) * 48 + 1 }));
  const packed = tiles.map((one) => runLengths(planes(one)));
  const part = (number, from, to) => ({
    ...level,
    uid: `1.2.3.${number}`,
    frameData: tiles.slice(from, to),
    part: { number, total: 2, firstFrame: from },
  });
  const single = Object.entries(samples).map(([name, bytes]) => [name, [bytes]]);
  return Object.fromEntries([
    ...single,
    [
      'pyramid',
      [
        level,
        {
          width: 75,
          height: 50,
          tile,
          frameData: tilesOf(small, ...tile),
          uid: '1.2.3.5',
          spacing: '0.002\\0.002',
          type: 'DERIVED\\PRIMARY\\VOLUME\\RESAMPLED',
        },
        {
          width: 20,
          height: 10,
          tile: [20, 10],
          frameData: [new Uint8Array(600).fill(77)],
          uid: '1.2.3.6',
          type: 'ORIGINAL\\PRIMARY\\LABEL\\NONE',
        },
      ].map(buildSlide),
    ],
    [
      'sparse pyramid',
      [
        buildSlide({
          ...level,
          organization: 'TILED_SPARSE',
          positions: places.slice(2),
          frameData: packed.slice(2),
          syntax: SYNTAX.rle,
        }),
      ],
    ],
    ['concatenation', [part(1, 0, 9), part(2, 9, 25)].map(buildSlide)],
    [
      'planes',
      [
        buildSlide({
          ...level,
          planar: 1,
          frameData: tiles.map((one) => Uint8Array.from(planes(one).flatMap((plane) => [...plane]))),
        }),
      ],
    ],
    [
      'base missing',
      [
        { ...level, type: 'DERIVED\\PRIMARY\\VOLUME\\RESAMPLED' },
        {
          width: 20,
          height: 10,
          tile: [20, 10],
          frameData: [new Uint8Array(600)],
          uid: '1.2.3.6',
          type: 'ORIGINAL\\PRIMARY\\LABEL\\NONE',
        },
      ].map(buildSlide),
    ],
  ]);
}

async function store(files) {
  const boundary = 'a-boundary-of-ftuseg';
  const parts = files.flatMap((file) => [
    Buffer.from(`\r\n--${boundary}\r\ncontent-type: application/dicom\r\n\r\n`),
    file,
  ]);
  const body = Buffer.concat([...parts, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  const headers = {
    'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
    accept: 'application/dicom+json',
  };
  const response = await fetch(`${root}/studies`, { method: 'POST', headers, body });
  if (!response.ok)
    throw new Error(`the server does not store: ${response.status} ${(await response.text()).slice(0, 300)}`);
  await response.arrayBuffer();
}

const uidOf = (path, keyword) => /\[([\d.]+)\]/.exec(dcmtk('dcmdump', '+P', keyword, '-q', path))?.[1];

/** @returns what differs; undefined for nothing */
async function difference(address, path) {
  const [served, local] = [await openSlide(address), await openSlide(path)];
  try {
    for (const key of ['width', 'height', 'micronsPerPixel', 'levels', 'info']) {
      if (!isDeepStrictEqual(served[key], local[key])) return key;
    }
    for (const { width, height } of local.levels) {
      for (let top = 0; top < height; top += BAND) {
        const rows = { width, height, top, rows: Math.min(BAND, height - top) };
        const [a, b] = await Promise.all([served.readRows(rows), local.readRows(rows)]);
        if (Buffer.compare(a.data, b.data) !== 0) return `level ${width} x ${height} from row ${top}`;
      }
    }
    for (const name of local.info.associated) {
      const [a, b] = [await served.readAssociated(name), await local.readAssociated(name)];
      if (Buffer.compare(a.data, b.data) !== 0) return name;
    }
    return undefined;
  } finally {
    await Promise.all([served.close(), local.close()]);
  }
}

const temporary = await mkdtemp(join(tmpdir(), 'ftuseg-dicomweb-'));
const counts = {};
async function compare(name, path, study, series) {
  const files = (await readdir(path)).filter((file) => file.endsWith('.dcm'));
  await store(await Promise.all(files.map((file) => readFile(join(path, file)))));
  const began = performance.now();
  let verdict;
  try {
    verdict = (await difference(`${root}/studies/${study}/series/${series}`, path)) ?? 'same';
  } catch (error) {
    // A server may store what it does not give out, such as frames in pieces without a table.
    verdict = 'status' in error ? `not served (${error.status})` : error.message;
  }
  const kind = verdict === 'same' || verdict.startsWith('not served') ? verdict : 'DIFFERS';
  counts[kind] = (counts[kind] ?? 0) + 1;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${kind.padEnd(8)} ${name} (${seconds} s)${kind === 'DIFFERS' ? `: ${verdict}` : ''}`);
}
try {
  for (const [name, files] of Object.entries(generated())) {
    const own = `2.25.${run}.${count++}`;
    const path = join(temporary, `series ${count}`);
    await mkdir(path);
    for (const [i, bytes] of files.entries()) {
      const file = join(path, `${i}.dcm`);
      await writeFile(file, bytes);
      const uids = { '0020,000d': `${own}.1`, '0020,000e': `${own}.2`, '0008,0018': `${own}.3.${i}` };
      dcmtk('dcmodify', '-nb', ...Object.entries(uids).flatMap(([tag, uid]) => ['-m', `(${tag})=${uid}`]), file);
    }
    await compare(name, path, `${own}.1`, `${own}.2`);
  }
  for (const folder of folders) {
    const first = join(folder, (await readdir(folder)).find((file) => file.endsWith('.dcm')) ?? '');
    await compare(folder, folder, uidOf(first, 'StudyInstanceUID'), uidOf(first, 'SeriesInstanceUID'));
  }
} finally {
  await rm(temporary, { recursive: true });
}
console.log(JSON.stringify(counts));
process.exitCode = counts.DIFFERS === undefined ? 0 : 1;
