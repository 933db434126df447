/**
 * Holds Philips TIFFs of the tests' writer against OpenSlide, and QPTIFFs of it against tifffile, which know nothing of that writer: sizes and pixels of
 * all levels and of the pictures beside them. Needs python3-openslide and python3-tifffile.
 *
 *     node packages/slide/corpus/scanners.mjs
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openSlide } from '../dist/index.js';
import { shrink, tissue } from '../tests/ndpi/pictures.mjs';
import { buildPhilips, jpegText } from '../tests/vendors/philips-builder.mjs';
import { buildQptiff } from '../tests/vendors/qptiff-builder.mjs';
import { stripPage, text } from '../tests/vendors/tiff-pages.mjs';

const beside = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'ftuseg-scanners-'));

async function write(name, bytes) {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const pyramid = (width, height, factors) => {
  const full = tissue(width, height);
  return factors.map((factor) => ({ factor, picture: factor === 1 ? full : shrink(full, factor) }));
};

async function philips() {
  const pictures = { LABELIMAGE: jpegText(tissue(80, 61, 2)), MACROIMAGE: jpegText(tissue(101, 40, 3)) };
  const pages = ['Macro', 'Label'].map((name, i) =>
    stripPage(tissue(30, 20 + i, 5), { 254: [4, [1]], 270: [2, text(name)] }),
  );
  const whole = pyramid(640, 448, [1, 2, 4, 16]);
  const sparse = (level, column, row) => level < 2 && column < 2 && row < 1;
  return [
    await write('sparse.tiff', buildPhilips(whole, { side: 64, xml: { pictures }, sparse })),
    await write('classic.tiff', buildPhilips(whole, { side: 64, big: false, form: 'deflate', beside: pages })),
    await write('odd.tiff', buildPhilips(pyramid(203, 117, [1, 4]), {})),
    await write('large.tiff', buildPhilips(pyramid(2500, 1900, [1, 2, 4, 8, 16]), { side: 512, form: 'none' })),
  ];
}

/** Names of what tifffile calls otherwise: its first series is the slide. */
const OTHERS = { thumbnail: 'Thumbnail', macro: 'Macro', label: 'Label' };

async function qptiffs() {
  const [full, ...reduced] = pyramid(643, 449, [1, 2, 4, 8]);
  const parts = [
    { type: 'FullResolution', picture: full.picture },
    { type: 'Thumbnail', picture: reduced[2].picture },
    ...reduced.map(({ picture }) => ({ type: 'ReducedResolution', picture })),
    { type: 'Overview', picture: tissue(90, 200, 3) },
    { type: 'Label', picture: tissue(80, 70, 4) },
  ];
  // Without imagecodecs tifffile decodes no JPEG.
  const formed = (form) => parts.map((part) => ({ ...part, form }));
  return [
    await write('classic.qptiff', buildQptiff(formed('deflate'), { big: false })),
    await write('big.qptiff', buildQptiff(formed('none'))),
  ];
}

const digest = ({ width, height, data }) => `${width} x ${height} ${createHash('sha256').update(data).digest('hex')}`;

/** What a slide is here, in the words of qptiff_peer.py. */
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

let different = 0;
try {
  const { status } = spawnSync(process.execPath, [beside('levels.mjs'), ...(await philips())], { stdio: 'inherit' });
  if (status !== 0) different++;
  for (const path of await qptiffs()) {
    const { stdout, stderr } = spawnSync('/usr/bin/python3', [beside('qptiff_peer.py'), path], { encoding: 'utf8' });
    if (stdout === '') throw new Error(`tifffile did not answer: ${stderr.trim().split('\n').at(-1)}`);
    const [ours, theirs] = [await described(path), JSON.parse(stdout)];
    const names = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
    const wrong = [...names].filter((name) => JSON.stringify(ours[name]) !== JSON.stringify(theirs[name]));
    console.log(`${path}: ${wrong.length === 0 ? 'as tifffile has it' : `differs in ${wrong.join(', ')}`}`);
    different += wrong.length;
  }
} finally {
  await rm(folder, { recursive: true });
}
process.exit(different === 0 ? 0 : 1);
