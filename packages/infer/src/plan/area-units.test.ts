import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SlideRow, writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { paint } from '../../tests/fakes.js';
import { resolveSettings } from '../settings/resolve-settings.js';
import { areaUnitOf, refuseMixedAreas } from './area-units.node.js';

let folder: string;
let row: SlideRow;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-area-units-'));
  row = { id: 'silent', image: join(folder, 'silent.png'), columns: {} };
  await writePng(
    row.image,
    paint(8, 8, () => 9),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('is micrometres where all slides have a scale, and pixels where none has', async () => {
  const missing = { ...row, image: join(folder, 'missing.png') };
  expect(await areaUnitOf([{ ...row, micronsPerPixel: 1 }], undefined)).toBe('um2');
  expect(await areaUnitOf([row, missing], undefined)).toBe('px');
  expect(await areaUnitOf([row, { ...row, micronsPerPixel: 1 }], 0.5)).toBe('um2');
});

it('is refused where a table has both, unless the settings say the unit or no area', async () => {
  const rows = [row, { ...row, id: 'scaled', micronsPerPixel: 1 }];
  const settings = (given: object) => resolveSettings(given, { classes: ['glomerulus'], threshold: 0.5 });
  await expect(refuseMixedAreas(rows, settings({ minimumArea: 3000 }))).rejects.toThrow(
    'minimumArea would be pixels of slides whose scale is unknown (silent) and square micrometres of the others',
  );
  for (const given of [{}, { minimumArea: 0 }, { minimumArea: 3000, minimumAreaUnit: 'px' }])
    await refuseMixedAreas(rows, settings(given));
});
