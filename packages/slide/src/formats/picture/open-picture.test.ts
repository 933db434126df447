/** PNGs in a page are read by our own code, so Node can compare: same pixels, same description. JPEGs need a browser (tests/install). */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobSource, openPicture } from '../../browser.js';
import { openSlide } from '../../index.js';

const at = (name: string): string => fileURLToPath(new URL(`../../../tests/fixtures/${name}`, import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-picture-'));
});
afterAll(() => rm(folder, { recursive: true }));

const openInPage = (path: string) => openPicture(blobSource(new Blob([readFileSync(path)]), path));

/** Every value at every opacity. */
const opacities = Uint8Array.from({ length: 256 * 256 * 4 }, (_, i) =>
  i % 4 === 3 ? i >> 10 : ((i >> 2) * (1 + (i % 4))) & 255,
);

async function drawn(name: string): Promise<string> {
  const colours = sharp(opacities, { raw: { width: 256, height: 256, channels: 4 } });
  const forms: Readonly<Record<string, Sharp>> = {
    opacity: colours.png(),
    'grey-opacity': colours.toColourspace('b-w').png(),
    interlaced: colours.removeAlpha().extract({ left: 3, top: 1, width: 21, height: 13 }).png({ progressive: true }),
    'few-colours': colours.png({ palette: true, colours: 7 }),
    'one-bit': sharp(at('grey.png')).threshold(128).toColourspace('b-w').png({ palette: true, colours: 2 }),
  };
  const path = join(folder, `${name}.png`);
  await writeFile(path, await (forms[name] ?? colours).toBuffer());
  return path;
}

describe('a picture in a page', () => {
  const fixtures = ['grey.png', 'palette.png', 'rgb.png', 'rgba.png'];
  const made = ['opacity', 'grey-opacity', 'interlaced', 'few-colours', 'one-bit'];
  it.each([...fixtures, ...made])('has the pixels that Node reads: %s', async (name) => {
    const path = fixtures.includes(name) ? at(name) : await drawn(name);
    const [page, local] = await Promise.all([openInPage(path), openSlide(path)]);
    expect(page.info).toEqual(local.info);
    const { width, height } = local;
    for (const downsample of [1, 1.7]) {
      const region = { x: 1, y: 2, width: width - 3, height: height - 4, downsample };
      expect(await page.readRegion(region)).toEqual(await local.readRegion(region));
    }
    const rows = { width: width - 2, height: height - 1, top: 3, rows: 5, left: 1, columns: 6 };
    expect(await page.readRows(rows)).toEqual(await local.readRows(rows));
    await Promise.all([page.close(), local.close()]);
  });

  it('refuses what it cannot show as it is', async () => {
    const deep = join(folder, 'deep.png');
    await sharp(at('rgb.png')).toColourspace('rgb16').png().toFile(deep);
    await expect(openInPage(deep)).rejects.toMatchObject({ code: 'unsupported' });
    await expect(openInPage(at('palette.tif'))).rejects.toMatchObject({ code: 'unsupported' });
    const whole = readFileSync(at('rgb.png'));
    const cut = new Blob([whole.subarray(0, whole.length - 40)]);
    await expect(openPicture(blobSource(cut))).rejects.toMatchObject({ code: 'bad-input' });
    const changed = Uint8Array.from(whole, (byte, i) => (i === whole.length - 30 ? byte ^ 1 : byte));
    await expect(openPicture(blobSource(new Blob([changed])))).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('ends reading when it is told to, and after its end', async () => {
    const page = await openInPage(at('rgb.png'));
    const region = { x: 0, y: 0, width: 4, height: 4, downsample: 1 };
    const rows = { width: 8, height: 8, top: 0, rows: 4 };
    const signal = AbortSignal.abort();
    await expect(page.readRegion(region, { signal })).rejects.toMatchObject({ code: 'cancelled' });
    await expect(page.readRows(rows, { signal })).rejects.toMatchObject({ code: 'cancelled' });
    await page.close();
    await expect(page.readRegion(region)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(page.readRows(rows)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
