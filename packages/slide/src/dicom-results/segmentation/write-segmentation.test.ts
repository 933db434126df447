import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUp } from '../../../tests/dicom/dicom-folder.js';
import { attributesOf, bytesAt, maskOf, seriesOf, sourceFolder, sourceOf } from '../../../tests/dicom/result-files.js';
import { itemsOf, numberOf, numbersOf, placeOf, textOf, textsOf } from '../../formats/dicom/structure/data-set.js';
import { readDicomSource } from '../dicom-source.node.js';
import { writeSegmentation } from './write-segmentation.node.js';

cleanUp();

const SIZE = [700, 300] as const;
const SIZED = { 4718598: ['UL', [SIZE[0]]], 4718599: ['UL', [SIZE[1]]] } as const;
/** Over the borders of tiles, to the last pixel, and two labels in one tile. */
const RECTANGLES = [
  [250, 250, 10, 10, 1],
  [690, 290, 10, 10, 2],
  [100, 20, 3, 2, 2],
] as const;

const WANTED = {
  2621448: 'value',
  2621456: 'value',
  2621457: 'value',
  4718598: 'value',
  4718850: 'value',
  2097165: 'value',
  2097234: 'value',
  6422530: { 6422532: 'value', 6422533: 'value', 6422543: { 524548: 'value' } },
  1375769136: {
    4719130: { 4196138: 'value', 4196154: 'value', 4719134: 'value', 4719135: 'value' },
    6422538: { 6422539: 'value' },
    2134289: { 2134359: 'value' },
  },
} as const;

async function written(rectangles: Parameters<typeof maskOf>[2], names = ['normal', 'sclerotic']) {
  const folder = await sourceFolder(SIZED, { tile: [700, 300], frameData: [new Uint8Array(700 * 300 * 3)] });
  const path = join(folder, 'seg.dcm');
  const mask = maskOf(...SIZE, rectangles);
  const counts = await writeSegmentation(path, mask, seriesOf(await readDicomSource(join(folder, 'a.dcm')), names));
  const set = await attributesOf(path, { ...WANTED, 2145386512: 'place' });
  return { path, counts, set };
}

/** Pixels by segment and place, bit by bit. */
async function pixelsOf({ path, set }: Awaited<ReturnType<typeof written>>): Promise<string[]> {
  const place = placeOf(set, 0x7fe00010);
  const bits = await bytesAt(path, place?.offset ?? 0, place?.length ?? 0);
  const found: string[] = [];
  for (const [frame, group] of itemsOf(set, 0x52009230).entries()) {
    const [at] = itemsOf(group, 0x0048021a);
    const segment = numberOf(itemsOf(group, 0x0062000a)[0], 0x0062000b);
    for (let i = 0; i < 65536; i++) {
      const bit = frame * 65536 + i;
      if (((bits[Math.floor(bit / 8)] ?? 0) & (1 << (bit % 8))) === 0) continue;
      const x = (numberOf(at, 0x0048021e) ?? 0) - 1 + (i % 256);
      const y = (numberOf(at, 0x0048021f) ?? 0) - 1 + Math.floor(i / 256);
      found.push(`${segment}: ${x} ${y}`);
    }
  }
  return found.sort();
}

const pixelsIn = (rectangles: Parameters<typeof maskOf>[2]): string[] =>
  rectangles
    .flatMap(([x, y, width, height, label]) =>
      Array.from({ length: width * height }, (_, i) => `${label}: ${x + (i % width)} ${y + Math.floor(i / width)}`),
    )
    .sort();

describe('a segmentation', () => {
  it('has each pixel of the mask as a bit of its segment, and no empty tiles', async () => {
    const file = await written(RECTANGLES);
    expect(file.counts).toEqual({ frames: 6, leftOut: 6 });
    expect(await pixelsOf(file)).toEqual(pixelsIn(RECTANGLES));
    expect(itemsOf(file.set, 0x00620002).map((one) => textOf(one, 0x00620005))).toEqual(['normal', 'sclerotic']);
  });

  it('lies where its slide does', async () => {
    const { set } = await written(RECTANGLES);
    expect([textOf(set, 0x0020000d), textOf(set, 0x00200052)]).toEqual(['1.2.3.99', '1.2.3.98']);
    expect(textsOf(set, 0x00480102)).toEqual(['0', '-1', '0', '-1', '0', '0']);
    // Of 256 columns and rows of 0.0005 mm: columns count down y, rows count down x.
    const frame = itemsOf(set, 0x52009230).find((group) => {
      const [at] = itemsOf(group, 0x0048021a);
      return numberOf(at, 0x0048021e) === 257 && numberOf(at, 0x0048021f) === 257;
    });
    const [at] = itemsOf(frame, 0x0048021a);
    expect(numberOf(at, 0x0040072a)).toBeCloseTo(20.5 - 0.128, 9);
    expect(numberOf(at, 0x0040073a)).toBeCloseTo(40 - 0.128, 9);
    expect(numbersOf(itemsOf(frame, 0x00209111)[0], 0x00209157)).toEqual([1, 2, 2]);
  });

  it('of an empty mask has one empty frame, since DICOM has no image without', async () => {
    const file = await written([], ['glomerulus']);
    expect(file.counts).toEqual({ frames: 1, leftOut: 5 });
    expect([await pixelsOf(file), placeOf(file.set, 0x7fe00010)?.length]).toEqual([[], 8192]);
  });

  it('is refused for a mask of another size, and leaves nothing when it is interrupted', async () => {
    const source = await sourceOf();
    const path = join(await sourceFolder(), 'seg.dcm');
    await expect(writeSegmentation(path, maskOf(44, 31, []), seriesOf(source))).rejects.toThrow(
      /the mask is 44 x 31, the slide 45 x 31/,
    );
    const signal = AbortSignal.abort();
    const work = writeSegmentation(path, maskOf(45, 31, []), seriesOf(source), signal);
    await expect(work).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(dirname(path))).toEqual(['a.dcm']);
  });
});
