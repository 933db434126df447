/** 200 random edits and 200 undos give the bytes that there were, in one session and over restarts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@ftuseg/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Change } from '../../src/protocol/edits.js';
import type { SlideDocument } from '../../src/server/context.js';
import { object, smallStudio, writePrediction } from './small-context.js';

const EDITS = 200;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-undo-'));
  const objects = Array.from({ length: 40 }, (_, i) => object(`o${i}`, (i % 8) * 120, Math.floor(i / 8) * 120));
  await writePrediction(join(folder, 'prediction'), 'a', objects);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function opened(): Promise<{ document: SlideDocument; geoJson: () => Promise<string> }> {
  const { app, context } = await smallStudio(folder);
  const [slide] = context.slides;
  if (slide === undefined) throw new Error('no slide');
  return {
    document: await context.document(slide),
    geoJson: async () => (await app.request('/api/slides/s-a/corrected.geojson')).text(),
  };
}

it('takes back every step to the beginning and does it again to the end', async () => {
  const random = createRandom(20);
  let { document, geoJson } = await opened();
  const untouched = await geoJson();
  const ids = Array.from({ length: 60 }, (_, i) => `o${i}`);
  for (let i = 0; i < EDITS; i++) {
    const changes = Array.from({ length: 1 + random.int(4) }, (): Change => {
      const id = ids[random.int(ids.length)] ?? '';
      const kind = random.int(4);
      if (kind === 0) return { kind: 'delete', id };
      if (kind === 1)
        return { kind: 'decide', id, decision: (['accepted', 'rejected', null] as const)[random.int(3)] ?? null };
      const name = random.chance(0.5) ? 'glomerulus' : 'sclerotic';
      return { kind: 'put', object: object(id, random.int(800), random.int(800), 1 + random.int(100), name) };
    });
    await document.append({ kind: 'change', label: `step ${i}`, changes }, i);
    if (i === EDITS / 2) ({ document, geoJson } = await opened());
  }
  const edited = await geoJson();
  expect(edited).not.toBe(untouched);
  for (let i = 0; i < EDITS; i++) {
    if (i === EDITS / 4) ({ document, geoJson } = await opened());
    await document.append({ kind: 'undo' }, EDITS + i);
  }
  expect(await geoJson()).toBe(untouched);
  await expect(document.append({ kind: 'undo' }, 2 * EDITS)).rejects.toThrow('there is nothing to undo');
  ({ document, geoJson } = await opened());
  expect(await geoJson()).toBe(untouched);
  for (let i = 0; i < EDITS; i++) await document.append({ kind: 'redo' }, 2 * EDITS + i);
  expect(await geoJson()).toBe(edited);
});
