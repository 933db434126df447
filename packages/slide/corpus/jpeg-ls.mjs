/**
 * Holds JPEG-LS in DICOM against dcmtk: slides of the tests' generator, compressed by `dcmcjpls` in every way that it knows, are read here and have the
 * pixels of what `dcmdjpls` decompresses, read here and by pydicom. Needs dcmtk and python3-pydicom. With `--fixtures FOLDER` it writes those of the tests.
 *
 *     node packages/slide/corpus/jpeg-ls.mjs
 */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSlide } from '../dist/index.js';
import { samples } from '../tests/dicom/samples.mjs';
import { buildSlide } from '../tests/dicom/slide-builder.mjs';

const { values } = parseArgs({ options: { fixtures: { type: 'string' } } });
/** Way to the name of a fixture. */
const FIXTURES = {
  'lossless, lines': 'jpeg-ls-lines.dcm',
  'lossless, planes': 'jpeg-ls-planes.dcm',
  'near, 10, planes': 'jpeg-ls-near-10.dcm',
};
const PYDICOM = `
import sys, numpy, pydicom
data = pydicom.dcmread(sys.argv[1])
frames = data.pixel_array.reshape(int(data.NumberOfFrames), data.Rows, data.Columns, data.SamplesPerPixel)
across = -(-data.TotalPixelMatrixColumns // data.Columns)
rows = [numpy.concatenate(list(frames[i:i + across]), axis=1) for i in range(0, len(frames), across)]
whole = numpy.concatenate(rows)[: data.TotalPixelMatrixRows, : data.TotalPixelMatrixColumns]
used = data.BitsStored
whole = (whole >> max(0, used - 8)).astype("uint8")
sys.stdout.buffer.write(numpy.repeat(whole, 4 - whole.shape[2], axis=2)[:, :, :3].tobytes() if whole.shape[2] == 1 else whole.tobytes())
`;

function run(command, ...args) {
  const { stdout, stderr, status, error } = spawnSync(command, args, { maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr.toString().trim()}`);
  return stdout;
}

async function pixelsOf(path) {
  const slide = await openSlide(path);
  try {
    const { width, height } = slide;
    const { data } = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
    return { data, compression: slide.info.levels[0].compression };
  } finally {
    await slide.close();
  }
}

const [width, height] = [300, 200];
const tile = [128, 96];
/** Grey of smooth and of noisy parts, at most `used` bits. */
function greyTiles(used) {
  const bytes = used > 8 ? 2 : 1;
  return Array.from({ length: 9 }, (_, n) => {
    const out = new DataView(new ArrayBuffer(tile[0] * tile[1] * bytes));
    for (let i = 0; i < tile[0] * tile[1]; i++) {
      const smooth = ((i % tile[0]) / tile[0]) * 2 ** used;
      const value = Math.floor(n % 2 === 0 ? smooth : (i * 7919 * (n + 1)) % 2 ** used);
      if (bytes === 2) out.setUint16(2 * i, value, true);
      else out.setUint8(i, value);
    }
    return new Uint8Array(out.buffer);
  });
}
const grey = (bits, usedBits) =>
  buildSlide({
    width,
    height,
    tile,
    samples: 1,
    photometric: 'MONOCHROME2',
    bits,
    usedBits,
    frameData: greyTiles(usedBits),
  });
const slides = { rgb: samples.plain, 'grey-8': grey(8, 8), 'grey-12': grey(16, 12), 'grey-16': grey(16, 16) };
const ways = {
  'lossless, lines': ['+el', '+il'],
  'lossless, samples': ['+el', '+is'],
  'lossless, planes': ['+el', '+in'],
  'lossless, cooked': ['+el', '+pc'],
  'lossless, cut up': ['+el', '+fs', '1', '-ot'],
  'near, 2': ['+en', '+md', '2'],
  'near, 10, planes': ['+en', '+md', '10', '+in'],
};

const folder = await mkdtemp(join(tmpdir(), 'ftuseg-jpeg-ls-'));
/** A file in a folder of its own: beside each other they would be one series. */
async function placeFor(name) {
  await mkdir(join(folder, name), { recursive: true });
  return join(folder, name, 'slide.dcm');
}
const [plain, packed, unpacked] = await Promise.all(['plain', 'packed', 'unpacked'].map(placeFor));
const isSame = (a, b) => Buffer.compare(a, b) === 0;

/** What a promise or a call throws; undefined for nothing. */
async function failureOf(work) {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** @returns a verdict, and what differs; undefined for nothing */
async function compare(original, way, options) {
  run('dcmcjpls', ...options, plain, packed);
  let ours;
  const refused = await failureOf(async () => {
    ours = await pixelsOf(packed);
  });
  const theirs = await failureOf(() => run('dcmdjpls', packed, unpacked));
  // Streams that its encoder writes and nobody decodes.
  if (refused !== undefined && theirs !== undefined) return { verdict: 'refused' };
  if (refused !== undefined || theirs !== undefined) return { verdict: 'DIFFERS', from: `${refused ?? theirs}` };
  const others = {
    'what dcmdjpls made of it, read here': (await pixelsOf(unpacked)).data,
    'what dcmdjpls made of it, read by pydicom': run('/usr/bin/python3', '-c', PYDICOM, unpacked),
  };
  if (ours.compression !== 'jpeg-ls') return { verdict: 'DIFFERS', from: 'JPEG-LS' };
  const isLossless = isSame(ours.data, original.data);
  if (way.startsWith('near') === isLossless) return { verdict: 'DIFFERS', from: 'what was compressed' };
  const from = Object.keys(others).find((name) => !isSame(ours.data, others[name]));
  return { verdict: from === undefined ? 'same' : 'DIFFERS', from };
}

const counts = {};
try {
  for (const [name, bytes] of Object.entries(slides)) {
    await writeFile(plain, bytes);
    const original = await pixelsOf(plain);
    for (const [way, options] of Object.entries(ways)) {
      const { verdict, from } = await compare(original, way, options);
      counts[verdict] = (counts[verdict] ?? 0) + 1;
      console.log(`${verdict.padEnd(8)} ${name}, ${way}${from === undefined ? '' : `: from ${from}`}`);
      const fixture = name === 'rgb' ? FIXTURES[way] : undefined;
      if (values.fixtures !== undefined && fixture !== undefined)
        await copyFile(packed, join(values.fixtures, fixture));
    }
  }
} finally {
  await rm(folder, { recursive: true });
}
console.log(JSON.stringify(counts));
process.exitCode = counts.DIFFERS === undefined ? 0 : 1;
