/** Slides as the published solution had them, in small: whole windows and remainders, objects of many sizes, background, one stray pixel. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, emptyRaster, encodeRle, type Raster } from '@ftuseg/core';
import { type SlideRow, writePng } from '@ftuseg/slide';

/** File names inside the folder, as the recomputation reads them. */
export interface NamedSlide {
  readonly id: string;
  readonly image: string;
  readonly mask: string;
}

/** A slide of `width` x `height`, its right third background. */
function drawSlide(width: number, height: number, seed: number, objects: number): { image: Raster; labels: Raster } {
  const random = createRandom(seed);
  const image = emptyRaster(width, height, 3);
  const labels = emptyRaster(width, height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const background = x > width * 0.67;
      for (let c = 0; c < 3; c++) image.data[at + c] = background ? 244 : 40 + random.int(200);
    }
  }
  for (let n = 0; n < objects; n++) {
    const [cx, cy, radius] = [random.next() * width * 0.6, random.next() * height, random.uniform(3, 50)];
    for (let y = Math.max(0, Math.floor(cy - radius)); y < Math.min(height, cy + radius); y++) {
      for (let x = Math.max(0, Math.floor(cx - radius)); x < Math.min(width, cx + radius); x++) {
        if (Math.hypot(x - cx, y - cy) < radius) labels.data[y * width + x] = 1;
      }
    }
  }
  return { image, labels };
}

/** Writes the slides; every second one has its labels as a run-length code for us, and as a picture for the recomputation. */
export async function writeReferenceSlides(
  folder: string,
  slides: readonly { readonly id: string; readonly width: number; readonly height: number; readonly objects: number }[],
): Promise<{ rows: SlideRow[]; named: NamedSlide[] }> {
  await mkdir(folder, { recursive: true });
  const rows: SlideRow[] = [];
  const named: NamedSlide[] = [];
  for (const [i, { id, width, height, objects }] of slides.entries()) {
    const { image, labels } = drawSlide(width, height, i + 1, objects);
    // On the background of the last whole window, and where no tap of factor 4 falls: a mask of fractions does not have it.
    if (objects > 0) labels.data[4 * width + 128 * (Math.floor(width / 128) - 1)] = 1;
    const names = { id, image: `${id}.png`, mask: `${id}.mask.png` };
    await writePng(join(folder, names.image), image);
    await writePng(join(folder, names.mask), labels);
    named.push(names);
    const truth = i % 2 === 0 ? { mask: join(folder, names.mask) } : { rle: encodeRle(labels) };
    rows.push({ id, image: join(folder, names.image), ...truth, columns: { id } });
  }
  return { rows, named };
}
