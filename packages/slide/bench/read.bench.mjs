/**
 * 200 random 512 x 512 windows at level 0 and at a downsample of 4, with 1 reader and with 4: our reader, OpenSlide (Python), libvips
 * (sharp) and geotiff.js, on a tiled JPEG pyramid of `ftu synth`, an uncompressed planar striped TIFF like HuBMAP's, an NDPI (ours and OpenSlide
 * alone read its tiles), and a real Aperio scan where it is at hand. Page cache warm.
 *
 *     node packages/slide/bench/read.bench.mjs [side of the pyramid] [side of the planar slide] [windows]
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fromFile, Pool } from 'geotiff';
import sharp from 'sharp';
import { openSlide } from '../dist/index.js';
import { hasOpenSlide, ndpi, planar, pyramid, python, scan, warm } from './slides.mjs';

const run = promisify(execFile);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const [side = 40000, planarSide = 20000, count = 200] = process.argv.slice(2).map(Number);
const WINDOW = 512;
/** A peer that takes longer than this per window, in milliseconds, reads 20 windows and not all. */
const SLOW = 150;

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
    const page = downsample > 1 && pages > 2 && path.includes('pyramid') ? Math.log2(downsample) : 0;
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
  geotiff: async (path, jobs, downsample, readers) => {
    const file = await fromFile(path);
    const pool = new Pool(2);
    const images = Array.from({ length: await file.getImageCount() }, (_, i) => file.getImage(i));
    const full = await images[0];
    const levels = (await Promise.all(images)).filter(
      (image) => Math.abs(full.getWidth() / image.getWidth() - full.getHeight() / image.getHeight()) < 0.05,
    );
    const level = levels.findLast((image) => full.getWidth() / image.getWidth() <= downsample * 1.001) ?? full;
    const scale = full.getWidth() / level.getWidth();
    const size = (WINDOW * downsample) / scale;
    const options = { pool, interleave: true, ...(scale < downsample ? { width: WINDOW, height: WINDOW } : {}) };
    const took = await together(jobs, readers, ({ x, y }) => {
      const [left, top] = [Math.floor(x / scale), Math.floor(y / scale)];
      return level.readRGB({ ...options, window: [left, top, left + Math.round(size), top + Math.round(size)] });
    });
    pool.destroy();
    return took;
  },
  openslide: async (path, jobs, downsample, readers) => {
    if (!hasOpenSlide) return undefined;
    const given = JSON.stringify({ path, jobs, downsample, readers, window: WINDOW });
    const answer = await run(python, [here('read_openslide.py'), given], { maxBuffer: 1 << 26 }).catch(() => undefined);
    return answer === undefined ? undefined : Number(answer.stdout);
  },
};

const rows = [
  ['JPEG pyramid', pyramid(side), [1, 4]],
  ['planar strips', planar(planarSide), [1, 4]],
  ['NDPI', ndpi(side), [1, 4], ['ftuseg', 'openslide']],
  ...(existsSync(scan) ? [['small_HE.svs', scan, [1, 4]]] : []),
];
console.log(
  `read: ${count} windows of ${WINDOW} x ${WINDOW}, pyramid of ${side} x ${side}, planar slide of ${planarSide} x ${planarSide}; milliseconds per window`,
);
for (const [name, path, downsamples, readBy = Object.keys(peers)] of rows) {
  warm(path);
  const slide = await openSlide(path);
  const { width, height } = slide;
  await slide.close();
  for (const downsample of downsamples) {
    const jobs = windows(width, height, downsample);
    for (const readers of [1, 4]) {
      const took = {};
      // The first round fills the page cache.
      for (const round of [0, 1]) {
        for (const [peer, read] of Object.entries(peers).filter(([one]) => readBy.includes(one))) {
          const some =
            round === 0 ? jobs.slice(0, 10) : peer === 'ftuseg' || took[peer] < SLOW ? jobs : jobs.slice(0, 20);
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
