/**
 * 200 random 512 x 512 windows at level 0 and at a downsample of 4, with 1 reader and with 4: our reader, OpenSlide (Python) and
 * libvips (sharp), on a tiled JPEG pyramid, an uncompressed planar striped TIFF, and a real Aperio scan where it is at hand.
 *
 *     node packages/slide/bench/read.bench.mjs [side] [windows]
 *
 * The files are made with libvips and NumPy's memory map in a temporary folder: side 20,000 needs 2 GB there.
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { openSlide } from '../dist/index.js';

const run = promisify(execFile);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [side = 12000, count = 200] = process.argv.slice(2).map(Number);
const WINDOW = 512;
const scan = here('../../../../shared/data/slides/pathml/small_HE.svs');

const python = '/usr/bin/python3';
const canMakeSlides =
  spawnSync(python, ['-c', 'import tifffile']).status === 0 && spawnSync('vips', ['-v']).status === 0;
const hasOpenSlide = spawnSync(python, ['-c', 'import openslide']).status === 0;

/** The same windows for everyone: a linear congruential sequence (Numerical Recipes). */
function windows(width, height, downsample) {
  const size = WINDOW * downsample;
  let state = 12345;
  const next = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: count }, () => ({ x: next(width - size), y: next(height - size) }));
}

async function together(jobs, readers, work) {
  let at = 0;
  const reader = async () => {
    while (at < jobs.length) await work(jobs[at++]);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: readers }, reader));
  return (performance.now() - began) / jobs.length;
}

const peers = {
  ftuseg: async (path, jobs, downsample, readers) => {
    const slide = await openSlide(path);
    const size = WINDOW * downsample;
    const took = await together(jobs, readers, ({ x, y }) =>
      slide.readRegion({ x, y, width: size, height: size, downsample }),
    );
    await slide.close();
    return took;
  },
  libvips: async (path, jobs, downsample, readers) => {
    const size = WINDOW * downsample;
    const pages = (await sharp(path, { limitInputPixels: false }).metadata()).pages ?? 1;
    const page = downsample > 1 && pages > 2 && path.endsWith('pyramid.tif') ? Math.log2(downsample) : 0;
    const scale = 2 ** page;
    return together(jobs, readers, async ({ x, y }) => {
      const cut = {
        left: Math.floor(x / scale),
        top: Math.floor(y / scale),
        width: size / scale,
        height: size / scale,
      };
      let image = sharp(path, { page, limitInputPixels: false }).extract(cut);
      if (scale < downsample) image = image.resize(WINDOW, WINDOW, { kernel: 'linear' });
      await image.raw().toBuffer();
    });
  },
  openslide: async (path, jobs, downsample, readers) => {
    if (!hasOpenSlide) return undefined;
    const given = JSON.stringify({ path, jobs, downsample, readers, window: WINDOW });
    const answer = await run(python, [here('read_openslide.py'), given], { maxBuffer: 1 << 26 }).catch(() => undefined);
    return answer === undefined ? undefined : Number(answer.stdout);
  },
};

async function makeFiles(folder) {
  const [pyramid, planar] = [join(folder, 'pyramid.tif'), join(folder, 'planar.tif')];
  await run(python, [here('make_slides.py'), String(side), planar]);
  const tiled = `${pyramid}[tile,pyramid,compression=jpeg,Q=85,tile-width=256,tile-height=256,bigtiff]`;
  await run('vips', ['copy', planar, tiled]);
  return { pyramid, planar };
}

if (!canMakeSlides) {
  console.log('read: skipped, its slides are made with: apt-get install python3-tifffile libvips-tools');
  process.exit(0);
}
const folder = await mkdtemp(join(tmpdir(), 'ftuseg-read-'));
try {
  const files = await makeFiles(folder);
  const rows = [
    ['JPEG pyramid', files.pyramid, [1, 4]],
    ['planar strips', files.planar, [1, 4]],
    ...(existsSync(scan) ? [['small_HE.svs', scan, [1, 4]]] : []),
  ];
  console.log(`read: ${count} windows of ${WINDOW} x ${WINDOW}, slides of ${side} x ${side}; milliseconds per window`);
  for (const [name, path, downsamples] of rows) {
    const slide = await openSlide(path);
    const { width, height } = slide;
    await slide.close();
    for (const downsample of downsamples) {
      const jobs = windows(width, height, downsample);
      for (const readers of [1, 4]) {
        const took = {};
        // The first round fills the page cache.
        for (const round of [0, 1]) {
          for (const [peer, read] of Object.entries(peers)) {
            const some = round === 0 ? jobs.slice(0, 20) : jobs;
            took[peer] = await read(path, some, downsample, readers);
          }
        }
        const { ftuseg, ...others } = took;
        const known = Object.entries(others).filter(([, value]) => value !== undefined);
        const best = Math.min(...known.map(([, value]) => value));
        const listed = known.map(([peer, value]) => `${peer} ${value.toFixed(2)}`).join('  ');
        console.log(
          `  ${name.padEnd(14)} 1/${downsample}  ${readers} reader${readers > 1 ? 's' : ' '}  ftuseg ${ftuseg.toFixed(2)}  ${listed}  ratio fastest peer / ours ${(best / ftuseg).toFixed(2)}`,
        );
      }
    }
  }
  console.log(
    `  peak memory of this process (ours and libvips) ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`,
  );
  if (!hasOpenSlide) console.log('  OpenSlide was skipped: apt-get install python3-openslide');
} finally {
  await rm(folder, { recursive: true, force: true });
}
