/**
 * Writes CZIs of known tiles by our own generator and by libCZI's writer, and holds every level that ours reads against libCZI, Zeiss's own library, and
 * against what was written. Needs libCZI built as a static library, a C++ compiler, Debian's zstd and libjxr-tools.
 *
 *     LIBCZI=/path/to/libczi node packages/slide/corpus/czi/compare.mjs
 *
 * LIBCZI is its source with the build in `build/`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { openSlide } from '../../dist/index.js';
import { blueFirst, buildCzi, xmlOf } from '../../tests/czi/czi-builder.mjs';
import { makeSlide, twoScenes } from '../../tests/czi/czi-slides.mjs';
import { encoders } from './encode.mjs';

const { LIBCZI } = process.env;
if (LIBCZI === undefined) throw new Error('LIBCZI is not set: the folder of libCZI, with its build in build/');
const folder = mkdtempSync(join(tmpdir(), 'ftuseg-czi-'));
const { zstd, jpegXr } = encoders(folder);

function compiled(name) {
  const out = join(folder, name);
  const library = join(LIBCZI, 'build/Src/libCZI');
  const include = [join(LIBCZI, 'Src/libCZI'), library].flatMap((path) => ['-I', path]);
  const source = fileURLToPath(new URL(`${name}.cpp`, import.meta.url));
  const built = [join(library, 'liblibCZIStatic.a'), '-lzstd', '-lpthread'];
  execFileSync('g++', ['-std=c++17', '-O1', '-D_LIBCZISTATICLIB', ...include, '-o', out, source, ...built]);
  return out;
}
const [peer, writer] = [compiled('peer'), compiled('writer')];

/** Scenes whose corners and sides are whole pixels of every level, so that libCZI stretches nothing. */
const scene = { columns: 3, rows: 2, side: [41, 39], overlap: 8 };
const places = [
  { x: -36, y: -36 },
  { x: 144, y: 0 },
];
const aligned = (factors, order) => ({
  scenes: places.map((place) => ({ ...scene, ...place, ...(order === undefined ? {} : { order }) })),
  factors,
});
const even = aligned([2, 4]);
const serpentine = { x: 0, y: 0, columns: 20, rows: 15, side: [258, 184], overlap: 19 };
const inEachOther = {
  scenes: [
    { x: 0, y: 0, columns: 2, rows: 2, overlap: -50 },
    { x: 55, y: 60, columns: 2, rows: 2, side: [30, 20], overlap: -60 },
  ],
  factors: [2, 4],
  pyramidSide: 64,
};
const forms = {
  'two scenes': even,
  'levels of a third': aligned([3, 9]),
  'an index that runs backwards': aligned([2, 4], (n) => 100 - n),
  'an index in no order': aligned([2, 4], (n) => (n * 7) % 11),
  zstd0: { ...even, compression: 'zstd0' },
  zstd1: { ...even, compression: 'zstd1' },
  '16 bits': { ...even, bits: 16 },
  '16 bits, zstd1': { ...even, bits: 16, compression: 'zstd1' },
  // libCZI's accessors decode a third of each row of these; its writer and its strict decoder have them as we do.
  '16 bits, parted': { ...even, bits: 16, compression: 'parted', unread: true },
  grey: { ...even, samples: 1, compression: 'zstd1' },
  'grey of 16 bits, parted': { ...even, samples: 1, bits: 16, compression: 'parted' },
  'JPEG XR': { ...even, compression: 'jpeg-xr' },
  // Beside a gap the filling of reduced pieces has what the tiles left in it, which libCZI shows.
  'JPEG XR, lossy': { ...even, compression: 'jpeg-xr', quality: 0.8, apart: true },
  'JPEG XR, lossier': { ...even, compression: 'jpeg-xr', quality: 0.4, apart: true },
  'JPEG XR of 16 bits': { ...even, bits: 16, compression: 'jpeg-xr', quality: 0.9 },
  'JPEG XR, grey': { ...even, samples: 1, compression: 'jpeg-xr' },
  'large, zstd0': { scenes: [serpentine], factors: [2, 4, 8, 16], pyramidSide: 512, compression: 'zstd0' },
  // libCZI shows what writers fill the gaps of reduced pieces with, also over another scene.
  'scenes in each other': { ...inEachOther, apart: true },
  'corners between pixels': { ...twoScenes, apart: true },
};

/** Our view of libCZI's samples: red first, the high byte. */
function shown(pixels, count, bytes) {
  const size = bytes === 2 || bytes === 6 ? 2 : 1;
  const samples = bytes / size;
  const out = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) out[3 * i + c] = pixels[i * bytes + (samples === 3 ? 2 - c : 0) * size + size - 1];
  }
  return out;
}

/** Writes the sub-blocks by libCZI. */
function writeByPeer(blocks, path) {
  const kinds = { none: 0, 'jpeg-xr': 4, zstd0: 5, zstd1: 6, parted: 7 };
  const types = { '1-8': 0, '1-16': 1, '3-8': 3, '3-16': 4 };
  const lines = blocks.map(({ x, y, picture, size = [picture.width, picture.height], compression = 'none', at }, i) => {
    const raw = join(folder, `raw-${i}`);
    writeFileSync(raw, blueFirst(picture));
    const type = types[`${picture.samples}-${picture.bits}`];
    return [x, y, ...size, picture.width, picture.height, type, kinds[compression], at.S, at.M ?? -1, raw].join(' ');
  });
  writeFileSync(join(folder, 'recipe'), lines.join('\n'));
  execFileSync(writer, [join(folder, 'recipe'), path]);
}

function judged(data, wanted) {
  let [unlike, worst] = [0, 0];
  for (const [i, value] of data.entries()) {
    const apart = Math.abs(value - wanted[i]);
    if (apart > 0) unlike++;
    worst = Math.max(worst, apart);
  }
  return {
    unlike,
    text: unlike === 0 ? 'the same' : `${((100 * unlike) / data.length).toFixed(2)} % differ, by up to ${worst}`,
  };
}

/** The upper left part of a raster. */
function corner({ width, data }, columns, rows) {
  const out = new Uint8Array(columns * rows * 3);
  for (let y = 0; y < rows; y++) out.set(data.subarray(y * width * 3, (y * width + columns) * 3), y * columns * 3);
  return out;
}

let different = 0;
async function compare(name, path, { unread, apart }, levels) {
  const slide = await openSlide(path);
  const factors = slide.levels.map(({ downsample }) => downsample);
  const out = join(folder, 'level');
  const answer = JSON.parse(execFileSync(peer, [path, out, ...factors.map(String)], { encoding: 'utf8' }));
  const same = answer.width === slide.width && answer.height === slide.height && factors.length === levels.length;
  const scale = Math.abs(answer.micronsX - slide.micronsPerPixel) < 1e-6;
  const doubt = same && scale ? '' : ', which libCZI does not say';
  console.log(`${name}: ${answer.blocks} sub-blocks, ${slide.width} x ${slide.height}${doubt}`);
  if (doubt !== '') different++;
  for (const [i, { downsample, width, height, bytes }] of answer.levels.entries()) {
    const region = { x: 0, y: 0, width: width * downsample, height: height * downsample, downsample };
    const { data } = await slide.readRegion(region);
    const byPeer = judged(data, shown(readFileSync(`${out}-${downsample}`), width * height, bytes));
    const known = judged(data, corner(levels[i], width, height));
    console.log(`  ${width} x ${height}: libCZI ${byPeer.text}; as written ${known.text}`);
    const isExcused = unread === true || (apart === true && downsample > 1);
    if (byPeer.unlike > 0 && !isExcused) different++;
    if (known.unlike > 0 && !/loss|JPEG XR of/.test(name)) different++;
  }
  await slide.close();
}

for (const [name, options] of Object.entries(forms)) {
  const { blocks, levels } = makeSlide(options);
  const path = join(folder, 'slide.czi');
  if (options.quality === undefined) {
    writeByPeer(blocks, path);
    await compare(`${name}, by libCZI's writer`, path, options, levels);
  }
  if (options.compression === 'jpeg-xr') {
    for (const block of blocks) block.data = jpegXr(block.picture, options.quality ?? 1);
  }
  writeFileSync(path, buildCzi(blocks, { xml: xmlOf({ microns: 0.22, bits: options.bits ?? 8 }), compress: zstd }));
  await compare(name, path, options, levels);
}
rmSync(folder, { recursive: true });
process.exit(different === 0 ? 0 : 1);
