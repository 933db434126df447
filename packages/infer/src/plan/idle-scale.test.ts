import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SlideRow, writePng, writePyramid } from '@ftuseg/slide';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { paint } from '../../tests/fakes.js';
import { refuseIdleScale } from './idle-scale.node.js';

let folder: string;
const rowOf = (name: string, more: Partial<SlideRow> = {}): SlideRow => ({
  id: name,
  image: join(folder, name),
  columns: {},
  ...more,
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-idle-scale-'));
  const picture = paint(32, 32, () => 9);
  await writePng(join(folder, 'silent.png'), picture);
  const layout = { width: 32, height: 32, channels: 3, tileSize: 64, compression: 'deflate' } as const;
  await writePyramid(join(folder, 'says.tif'), { ...layout, micronsPerPixel: 0.5 }, [picture]);
  await writePyramid(join(folder, 'nonsense.tif'), { ...layout, micronsPerPixel: 300 }, [picture]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('is refused where every slide says its own, in the file or in the table', async () => {
  const given = { micronsPerPixel: 0.25 };
  await expect(refuseIdleScale([rowOf('says.tif')], given)).rejects.toThrow(
    'micronsPerPixel: the slide says its own scale, so that 0.25 does nothing; leave it out',
  );
  const both = [rowOf('says.tif'), rowOf('silent.png', { micronsPerPixel: 1 })];
  await expect(refuseIdleScale(both, given)).rejects.toThrow('all 2 slides say their own scale');
  await refuseIdleScale(both, {});
});

it('is taken where one slide does not, or says one that no slide has, or cannot be opened', async () => {
  for (const name of ['silent.png', 'nonsense.tif', 'missing.tif']) {
    await refuseIdleScale([rowOf('says.tif'), rowOf(name)], { micronsPerPixel: 0.25 });
  }
});
