import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCsv } from '@ftuseg/files';
import { readSlideTable } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { long } from '../../../tests/long.js';
import { HARD_FEATURES } from './spec.js';
import { type StarterSlides, writeStarterSlides } from './starter-slides.js';
import { writeSyntheticSlides } from './write.js';

let folder = '';
let written: StarterSlides;
const progress: number[] = [];
const side = 64;
// Long: what a slide holds is laid out at its full size, however small it is drawn.
describe.runIf(long)('writeStarterSlides', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-starter-'));
    const onProgress = (done: number, total: number): void => void progress.push(done / total);
    written = await writeStarterSlides({ out: join(folder, 'all'), side, onProgress });
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has one table of all slides, which every command reads, with their sets', async () => {
    const rows = await readSlideTable(join(folder, 'all'));
    expect(rows.map(({ id }) => id)).toEqual(written.slides.map(({ id }) => id));
    expect(new Set(rows.map(({ id }) => id)).size).toBe(138);
    const ofSet = (name: string): number => rows.filter(({ columns }) => columns.set === name).length;
    expect(['whole', 'cores', 'biopsies', 'chronic'].map(ofSet)).toEqual([58, 30, 20, 30]);
    expect(rows.every(({ mask, micronsPerPixel }) => mask !== undefined && micronsPerPixel === 2)).toBe(true);
    expect(progress.at(-1)).toBe(1);
    expect(progress.toSorted((a, b) => a - b)).toEqual(progress);
  });

  it('has in each folder what the command for one set writes, with a table of its own', async () => {
    const features = { ...HARD_FEATURES, variants: 0.6, sclerotic: 0.25, cores: true, pen: 0, folds: 0, blur: 0 };
    const spec = { count: 2, width: side, height: side, micronsPerPixel: 2, seed: 404, stain: 'he', features } as const;
    const { slides } = await writeSyntheticSlides({ ...spec, out: join(folder, 'two') });
    const { rows } = await readCsv(join(folder, 'all/biopsies/slides.csv'));
    expect(rows.slice(0, 2).map(({ cells }) => cells.id)).toEqual(slides.map(({ id }) => id));
    for (const { id, image, mask } of slides) {
      expect(await readFile(join(folder, `all/biopsies/images/${id}.png`))).toEqual(await readFile(image));
      expect(await readFile(join(folder, `all/biopsies/masks/${id}.png`))).toEqual(await readFile(mask));
    }
  });
});
