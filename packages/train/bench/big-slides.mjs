/**
 * A prepared data set of large slides, written in bands: pink noise with purple discs, a disc for every two megapixels. What is in it does not
 * change how long it takes or what it needs.
 */
import { mkdir, open, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, writeNpyHeader } from '@ftuseg/core';

const bandRows = 256;
const radius = 80;

/** Bytes of a slide's image and mask. */
export const slideBytes = ({ width, height }) => 4 * width * height;

/** Throws where the slides would not leave a gigabyte free. */
export async function requireDisk(folder, slides) {
  const { bavail, bsize } = await statfs(folder);
  const needed = slides.reduce((sum, slide) => sum + slideBytes(slide), 0);
  if (needed + 1e9 > bavail * bsize) {
    throw new Error(
      `the slides need ${(needed / 1e9).toFixed(1)} GB in ${folder}, where ${((bavail * bsize) / 1e9).toFixed(1)} GB are free: give fewer or smaller ones`,
    );
  }
}

/** Pink noise, to be copied from. */
function noise(length) {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = [215, 170, 195][i % 3] + (state >>> 27);
  }
  return bytes;
}

async function writeSlide(folder, { id, width, height }, pool, random) {
  const discs = Array.from({ length: Math.ceil((width * height) / 2e6) }, () => ({
    x: random.int(width),
    y: random.int(height),
  }));
  const image = await open(join(folder, `slides/${id}.image.npy`), 'w');
  const mask = await open(join(folder, `slides/${id}.mask.npy`), 'w');
  await image.write(writeNpyHeader({ shape: [height, width, 3], dtype: 'uint8' }));
  await mask.write(writeNpyHeader({ shape: [height, width], dtype: 'uint8' }));
  let labelled = 0;
  for (let top = 0; top < height; top += bandRows) {
    const rows = Math.min(bandRows, height - top);
    const pixels = Buffer.alloc(rows * width * 3);
    const labels = Buffer.alloc(rows * width);
    for (let y = 0; y < rows; y++) pool.copy(pixels, y * width * 3, 3 * random.int(pool.length / 3 - width));
    for (const { x, y } of discs.filter((disc) => disc.y + radius >= top && disc.y - radius < top + rows)) {
      for (let v = Math.max(y - radius, top); v < Math.min(y + radius, top + rows); v++) {
        for (let u = Math.max(x - radius, 0); u < Math.min(x + radius, width); u++) {
          if (Math.hypot(u - x, v - y) >= radius) continue;
          const at = (v - top) * width + u;
          labelled += labels[at] === 0 ? 1 : 0;
          labels[at] = 1;
          pixels[at * 3] -= 60;
          pixels[at * 3 + 1] -= 60;
          pixels[at * 3 + 2] -= 40;
        }
      }
    }
    await image.write(pixels);
    await mask.write(labels);
  }
  await Promise.all([image.close(), mask.close()]);
  return labelled;
}

/** Writes the data set `folder`: for each of `slides` its id, width and height. */
export async function writeBigSlides(folder, slides) {
  await mkdir(join(folder, 'slides'), { recursive: true });
  await requireDisk(folder, slides);
  const random = createRandom(1);
  const pool = noise(3 * Math.max(4_000_000, 2 * Math.max(...slides.map(({ width }) => width))));
  const records = [];
  for (const slide of slides) {
    const { id, width, height } = slide;
    const glomerulus = await writeSlide(folder, slide, pool, random);
    records.push({
      id,
      width,
      height,
      sourceWidth: width,
      sourceHeight: height,
      downsample: 1,
      pixels: { glomerulus },
      inputs: [],
      digest: id,
      columns: {},
    });
  }
  const index = { format: 1, classes: ['glomerulus'], micronsPerPixel: 1, tile: 256, overlap: 0, slides: records };
  await writeFile(join(folder, 'dataset.json'), JSON.stringify(index));
  const lines = records.map(({ id }) => `${id},,${id},0,0,256,50,0.1`);
  await writeFile(
    join(folder, 'tiles.csv'),
    `slide,source,group,x,y,size,saturation_mean,mask_density\n${lines.join('\n')}\n`,
  );
}
