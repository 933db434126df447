import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { slide } from '../../tests/split-slides.js';
import { withPictures } from './pictures.js';

it('knows a picture through links and copies, and no two pictures as one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-pictures-'));
  const place = (name: string) => join(folder, name);
  try {
    await writeFile(place('a.tif'), 'a');
    await symlink(place('a.tif'), place('link.tif'));
    const of = (name: string, image?: string) => ({
      slide: {
        ...slide(name, 'a'),
        inputs: [{ path: place(name), bytes: 1, modified: 1 }],
        ...(image === undefined ? {} : { checksums: { image, mask: '' } }),
      },
    });
    const named = [of('a.tif', '1'), of('link.tif'), of('copy.tif', '1'), of('b.tif', '2'), of('c.tif')];
    const [a, link, copy, b, c] = (await withPictures(named)).map(({ picture }) => picture);
    expect([link, copy]).toEqual([a, a]);
    expect(new Set([a, b, c]).size).toBe(3);
    const wider = { slide: { ...of('wide.tif', '1').slide, width: 11 } };
    expect((await withPictures([of('a.tif', '1'), wider]))[1]?.picture).toBe(place('wide.tif'));
    const bare = (name: string) => ({ slide: { ...of(name, '3').slide, pixels: { glomerulus: 0 } } });
    const [glass, other] = await withPictures([bare('glass.tif'), bare('other.tif')]);
    expect(other?.picture).not.toBe(glass?.picture);
    expect((await withPictures([bare('glass.tif'), of('drawn.tif', '3')]))[1]?.picture).toBe(place('glass.tif'));
    expect((await withPictures([{ slide: slide('none', 'a') }]))[0]?.picture).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
  }
});
