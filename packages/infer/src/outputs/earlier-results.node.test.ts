/** What is left of one prediction when another comes into its folder: nothing, or the other is refused. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from '@ftuseg/files';
import { type SlideRow, writePng } from '@ftuseg/slide';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paint, pixelModel } from '../../tests/fakes.js';
import type { SegmentationModel } from '../model/model.js';
import { predictTable } from '../predict/predict-table.node.js';
import type { PredictTableOptions } from '../predict/table-options.js';

let folder: string;
let out: string;
let rows: SlideRow[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-earlier-'));
  out = join(folder, 'predictions');
  rows = [];
  for (const id of ['a', 'a-1', 'b']) {
    const image = join(folder, `${id}.png`);
    await writePng(
      image,
      paint(120, 90, (x, y) => (Math.hypot(x - 60, y - 45) < 20 ? 250 : 10)),
    );
    rows.push({ id, image, columns: { id, image } });
  }
});
afterEach(() => rm(folder, { recursive: true }));

const bright = (card = {}) => pixelModel(({ value }) => (value - 0.5) * 10, card);
const run = (
  given: readonly SlideRow[],
  options: Partial<PredictTableOptions> = {},
  model: SegmentationModel = bright(),
) => predictTable(given, [model], { all: true, out, ...options });

/** All files below the folder, with their content where it does not tell the time. */
async function contents(at = out): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(at, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = (await readFile(path)).toString('base64');
    found.set(path.slice(at.length), path.endsWith('.json') ? '' : text);
  }
  return found;
}

describe('another prediction in the same folder', () => {
  it('leaves what it would leave in an empty one', async () => {
    const two = pixelModel(({ value, x }, c) => (x < 32 === (c === 0) ? (value - 0.5) * 10 : -9), {
      classes: ['n', 's'],
    });
    await run(rows, {}, two);
    const notes: string[] = [];
    await run(rows, { threshold: 0.9, onNote: (note) => notes.push(note) });
    expect(notes).toEqual([expect.stringMatching(/^removed from .*: results of 3 slides by another model/)]);
    const mixed = await contents();
    const clean = join(folder, 'clean');
    await run(rows, { threshold: 0.9, out: clean });
    expect(mixed).toEqual(await contents(clean));
  });

  it('leaves nothing of a slide that it cannot predict', async () => {
    await run(rows);
    await writeFile(rows[1]?.image ?? '', 'no picture');
    await expect(run(rows, { threshold: 0.9 })).rejects.toThrow('1 of 3 slides could not be predicted');
    expect([...(await contents()).keys()].filter((name) => name.includes('a-1'))).toEqual([]);
    expect(await readdir(join(out, 'probability'))).toEqual(['a.tif', 'b.tif']);
  });

  it('throws bands of another one away, also of slides that it cannot open', async () => {
    const bands = join(out, 'unfinished/b');
    await mkdir(bands, { recursive: true });
    await writeFile(join(bands, 'plan.json'), 'of another prediction');
    await rm(rows[2]?.image ?? '');
    await expect(run(rows)).rejects.toThrow('1 of 3');
    expect(existsSync(join(out, 'unfinished'))).toBe(false);
  });
});

describe('results of slides that the table does not have', () => {
  it('are not lost without a word', async () => {
    await run(rows);
    const before = await contents();
    await expect(run(rows.slice(0, 1))).rejects.toThrow(
      /has results of 2 slides that are not in the table \(a-1, b\); choose another folder, or say `--overwrite`/,
    );
    expect(await contents()).toEqual(before);
  });

  it('go where that was said', async () => {
    await run(rows);
    await run(rows.slice(1, 2), { strangers: 'remove' });
    expect(await readdir(join(out, 'masks'))).toEqual(['a-1.tif']);
    await run(rows);
    const { kept } = await run(rows.slice(0, 1), { overwrite: true });
    expect([kept, await readdir(join(out, 'slides'))]).toEqual([0, ['a.json']]);
  });

  it('may come before others: a longer table takes over what is there', async () => {
    await run(rows.slice(0, 2));
    expect((await run(rows)).kept).toBe(2);
  });
});

it('predicts a slide again whose image was cut off, and lets be what a person may have edited', async () => {
  const [first, second] = rows;
  if (first === undefined || second === undefined) throw new Error('the table is empty');
  await run([first, second]);
  const [mask, edited] = [join(out, 'masks/a.tif'), join(out, 'geojson/a-1.geojson')];
  const whole = await readFile(mask);
  await writeFile(mask, whole.subarray(0, whole.length / 2));
  await writeFile(edited, '{"type":"FeatureCollection","features":[]}');
  await run([first, second]);
  expect(await readFile(mask)).toEqual(whole);
  expect(await readFile(edited, 'utf8')).toBe('{"type":"FeatureCollection","features":[]}');
});

it('names each slide of the report by the fingerprint of its record', async () => {
  await run(rows);
  const { slides } = JSON.parse(await readFile(join(out, 'predictions.json'), 'utf8'));
  for (const { id, fingerprint } of slides) {
    expect(fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(await readFile(join(out, `slides/${id}.json`), 'utf8')).fingerprint).toBe(fingerprint);
  }
});

it('writes nothing into a folder that another has', async () => {
  const lock = await lockFolder(out);
  const model = bright();
  await expect(run(rows, {}, model)).rejects.toMatchObject({ code: 'unavailable' });
  expect([await readdir(out), model.batches]).toEqual([['.ftu-lock'], []]);
  await lock.release();
});
