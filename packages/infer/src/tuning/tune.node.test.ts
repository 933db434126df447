/** Slides whose best settings are known, because the truth was made with them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { parseClasses, type SlideRow, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paint, pixelModel } from '../../tests/fakes.js';
import { formatTuning } from './format-tuning.js';
import { type TuneOptions, tune } from './tune.node.js';

let folder: string;
let rows: SlideRow[];
let closed = 0;

/** The probability is the brightness. */
const logit = (p: number): number => Math.log(p / (1 - p));
const brightness = () => {
  const model = pixelModel(({ value }) => logit(Math.min(Math.max(value, 0.004), 0.996)));
  return { ...model, close: async () => void closed++ };
};

const SIDE = 128;
/** A cone of brightness around the middle of each object: the threshold decides its radius. */
const cone = (x: number, y: number, cx: number, cy: number, radius: number): number =>
  Math.max(0, 1 - Math.hypot(x - cx, y - cy) / radius);

/**
 * Three objects of a radius that a threshold of 0.3 gives, and specks that are as bright, but small.
 * @param shift what makes slides differ
 */
async function writeSlide(id: string, shift: number, specks: boolean): Promise<SlideRow> {
  const centres = [
    [30 + shift, 30],
    [90, 40 - shift],
    [50, 95 + shift],
  ] as const;
  const dots = specks
    ? ([
        [110, 100],
        [15, 110 - shift],
        [120, 10],
      ] as const)
    : [];
  const value = (x: number, y: number): number =>
    Math.max(...centres.map(([cx, cy]) => cone(x, y, cx, cy, 25)), ...dots.map(([cx, cy]) => cone(x, y, cx, cy, 5)));
  const truth = raster(SIDE, SIDE, 1, new Uint8Array(SIDE * SIDE));
  for (let i = 0; i < truth.data.length; i++) {
    const [x, y] = [i % SIDE, Math.floor(i / SIDE)];
    // As the picture's bytes have it.
    const seen = Math.floor(255 * Math.max(...centres.map(([cx, cy]) => cone(x, y, cx, cy, 25)))) / 255;
    if (seen >= 0.3) truth.data[i] = 1;
  }
  const [image, mask] = [join(folder, `${id}.png`), join(folder, `${id}.mask.png`)];
  await writePng(
    image,
    paint(SIDE, SIDE, (x, y) => 255 * value(x, y)),
  );
  await writePng(mask, truth);
  return { id, image, mask, micronsPerPixel: 2, columns: { donor: `donor ${shift % 2}` } };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-tune-'));
  rows = [await writeSlide('a', 0, true), await writeSlide('b', 1, true), await writeSlide('c', 2, false)];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options: TuneOptions = {
  classes: parseClasses(undefined),
  cardThreshold: 0.5,
  settings: { all: true, overlap: 0.5 },
  tune: ['threshold', 'fillHoles', 'minimumArea', 'peak'],
};
const job = (some: readonly SlideRow[]) => ({ rows: some, load: async () => [{ model: brightness(), weight: 1 }] });

describe('tune', () => {
  it('finds the threshold that drew the truth, and the size of what is not in it', async () => {
    closed = 0;
    const lines: string[] = [];
    const jobs = [job(rows.slice(0, 2)), job(rows.slice(2))];
    const shares: number[] = [];
    const tuning = await tune(jobs, {
      ...options,
      group: 'none',
      onProgress: (text) => lines.push(text),
      onShare: (done) => shares.push(done),
    });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    expect(closed).toBe(2);
    expect(tuning.start).toEqual({
      threshold: [0.5],
      crf: 'none',
      fillHoles: false,
      minimumArea: [0],
      minimumAreaUnit: 'um2',
      peak: [0],
    });
    expect(tuning.tuned.threshold).toEqual([0.3]);
    // Specks have a radius of 3.5 pixels of 2 µm: 154 µm²; objects one of 17.5: 3,850 µm².
    expect(tuning.tuned.minimumArea[0]).toBeGreaterThan(154);
    expect(tuning.tuned.minimumArea[0]).toBeLessThan(3850);
    expect(tuning.dice.default).toBeLessThan(0.85);
    expect(tuning.dice.tuned).toBe(1);
    expect(tuning.dice.leftOut).toBe(1);
    expect(tuning.slides.map(({ id, group }) => [id, group])).toEqual([
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'c'],
    ]);
    expect(tuning.settings).toEqual({
      all: true,
      overlap: 0.5,
      threshold: tuning.tuned.threshold[0],
      crf: 'none',
      fillHoles: false,
      minimumArea: tuning.tuned.minimumArea[0],
      minimumAreaUnit: 'um2',
      peak: 0,
    });
    expect(lines[0]).toMatch(/slide a \(1 of 3\)/);
    expect(lines.at(-1)).toMatch(/searching without c \(3 of 3\)/);
    const text = formatTuning(tuning);
    expect(text).toMatch(/^setting +default +tuned\nthreshold +0\.5 +0\.3\ncrf +none +none\nfillHoles +no +no/);
    expect(text).toMatch(/mean Dice +0\.\d{4} +1\.0000 +1\.0000/);
    expect(text).toContain('settings chosen on the other 2 of 3 groups');
  });

  it('says that areas are pixels where no slide has a scale, and searches none in two units', async () => {
    const unscaled = rows.map(({ micronsPerPixel: _, ...row }) => row);
    const tuning = await tune([job(unscaled.slice(0, 2))], { ...options, leastArea: [5000], tune: ['minimumArea'] });
    expect(tuning.start).toMatchObject({ minimumArea: [0], minimumAreaUnit: 'px' });
    expect(tuning.settings).toMatchObject({ minimumAreaUnit: 'px' });
    expect(tuning.settings.minimumArea).toBeLessThan(3850 / 4);
    const mixed = [...rows.slice(0, 1), ...unscaled.slice(1)];
    await expect(tune([job(mixed)], options)).rejects.toThrow('pixels of slides whose scale is unknown (b, c)');
    expect((await tune([job(mixed)], { ...options, tune: ['threshold'] })).settings.minimumArea).toBe(0);
  });

  it('leaves whole groups out', async () => {
    const tuning = await tune([job(rows)], { ...options, group: 'donor', tune: ['threshold'] });
    expect([tuning.groups, tuning.groupedBy]).toEqual([2, 'donor']);
    const notes: string[] = [];
    const found = await tune([job(rows)], { ...options, tune: ['threshold'], onNote: (note) => notes.push(note) });
    expect(found.slides.map(({ group }) => group)).toEqual(tuning.slides.map(({ group }) => group));
    expect(notes).toEqual([expect.stringMatching(/^grouped by column "donor": 2 groups of 3 slides/)]);
    const one = await tune([job(rows.slice(0, 1))], { ...options, tune: ['threshold'] });
    expect(one.dice.leftOut).toBeNull();
    expect(formatTuning(one)).toContain('All slides are of one group');
  });

  it('tells tuning to the slides from tuning for slides', async () => {
    // Slides of two makers, each with its own right threshold: what is chosen on one is wrong on the other.
    const [bright, dark] = [rows[0], rows[1]].map((row) => ({ ...row, columns: {} })) as SlideRow[];
    const wrong = { ...dark, mask: join(folder, 'dark.mask.png') } as SlideRow;
    const all = raster(SIDE, SIDE, 1, new Uint8Array(SIDE * SIDE).fill(1));
    await writePng(wrong.mask ?? '', all);
    const tuning = await tune([job([bright as SlideRow, wrong])], { ...options, tune: ['threshold'] });
    expect(tuning.dice.tuned).toBeGreaterThan(tuning.dice.default);
    expect(tuning.dice.leftOut ?? 1).toBeLessThan(tuning.dice.tuned);
  });

  it('runs a CRF that helps', async () => {
    const noisy = join(folder, 'noisy.png');
    const values = paint(SIDE, SIDE, (x, y) => {
      const inside = Math.hypot(x - 60, y - 60) < 30;
      const flipped = (x * 7919 + y * 104_729 + ((x * y) % 13)) % 10 === 0;
      return 255 * (inside !== flipped ? 0.7 : 0.3);
    });
    await writePng(noisy, values);
    const disc = raster(SIDE, SIDE, 1, new Uint8Array(SIDE * SIDE));
    for (let i = 0; i < disc.data.length; i++) {
      if (Math.hypot((i % SIDE) - 60, Math.floor(i / SIDE) - 60) < 30) disc.data[i] = 1;
    }
    await writePng(join(folder, 'disc.png'), disc);
    const row = { id: 'noisy', image: noisy, mask: join(folder, 'disc.png'), columns: {} };
    const tuning = await tune([job([row])], { ...options, tune: ['crf'], crfs: ['none', 'reference'] });
    expect(tuning.tuned.crf).toBe('reference');
    expect(tuning.dice.tuned).toBeGreaterThan(tuning.dice.default + 0.1);
  });

  it.each<[Partial<TuneOptions>, string]>([
    [{ settings: { merge: 'or' } }, 'no probabilities to tune'],
    [{ classes: parseClasses('sclerotic=1') }, 'the model knows glomerulus, the classes are sclerotic'],
    [{ group: 'centre' }, 'slide a has no value in column "centre"; use one of: donor'],
    [{ settings: { threshold: 2 } }, 'threshold'],
    [{ signal: AbortSignal.abort() }, 'cancelled'],
  ])('refuses %j', async (change, says) => {
    await expect(tune([job(rows)], { ...options, ...change })).rejects.toThrow(says);
  });

  it('refuses slides without truth before anything is predicted', async () => {
    const load = () => Promise.reject(new Error('this came too early'));
    const { mask: _, ...bare } = rows[0] as SlideRow;
    await expect(tune([{ rows: [bare], load }], options)).rejects.toThrow('the slide has no truth');
    await expect(tune([], options)).rejects.toThrow('no slides to tune on');
  });
});
