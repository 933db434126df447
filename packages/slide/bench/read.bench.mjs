/**
 * 200 random 512 x 512 windows at level 0 and at a downsample of 4, with 1 reader and with 4: our reader, OpenSlide (Python), libvips
 * (sharp) and geotiff.js, on a tiled JPEG pyramid of `ftu synth`, an uncompressed planar striped TIFF like HuBMAP's, an NDPI (ours and OpenSlide
 * alone read its tiles), and a real Aperio scan where it is at hand. Page cache warm.
 *
 *     node packages/slide/bench/read.bench.mjs [side of the pyramid] [side of the planar slide] [windows]
 */
import { existsSync } from 'node:fs';
import { fromFile, Pool } from 'geotiff';
import sharp from 'sharp';
import { openSlide } from '../dist/index.js';
import { hasOpenSlide, ndpi, planar, pyramid, scan, warm } from './slides.mjs';
import { readOpenSlide, readOurs, together, WINDOW, windows } from './windows.mjs';

const [side = 20000, planarSide = 20000, count = 200] = process.argv.slice(2).map(Number);
/** A peer that takes longer than this per window, in milliseconds, reads 20 windows and not all. */
const SLOW = 150;

const peers = {
  ftuseg: readOurs,
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
  openslide: readOpenSlide,
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
    const jobs = windows(width, height, downsample, count);
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
