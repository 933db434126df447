/** A small Vite page with the packages: type-checks without @types/node, builds, and reads the same pixels as Node. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSlide } from '@ftuseg/slide';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Chromium, findChromium } from '../chromium.js';
import { type ServedFolder, serveFolder } from '../serve-folder.js';
import { install, makePlace, type Place, packAll, reachesRegistry, root } from './place.js';

const chromium = findChromium();
const tools = z
  .object({ devDependencies: z.object({ vite: z.string(), typescript: z.string() }) })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))).devDependencies;

/** Names in the page's folder to fixtures. */
const SLIDES: Readonly<Record<string, string>> = {
  'slide.tif': 'deflate-predictor.tif',
  'jpeg.tif': 'jpeg-tiles.tif',
  'jpeg2000.tif': 'jpeg2000-ycbcr.tif',
  'webp.tif': 'webp.tif',
  'zstd.tif': 'zstd.tif',
};

describe.skipIf(!reachesRegistry())('a Vite page', () => {
  let place: Place;
  let served: ServedFolder | undefined;
  beforeAll(async () => {
    place = makePlace({ compiler: false });
    await install(place, packAll());
    const versions = [`vite@${tools.vite}`, `typescript@${tools.typescript}`];
    await place.run('npm', ['install', '--prefer-offline', '--ignore-scripts', '--save-dev', ...versions]);
    cpSync(join(root, 'tests/install/page'), place.folder, { recursive: true });
    const fixtures = join(root, 'packages/slide/tests/fixtures');
    const at = (name: string): string => join(place.folder, 'public', name);
    for (const [name, fixture] of Object.entries(SLIDES)) cpSync(join(fixtures, fixture), at(name));
    cpSync(join(fixtures, 'rgba.png'), at('picture.png'));
    const picture = sharp(join(fixtures, 'rgb.png'));
    writeFileSync(at('picture.jpg'), await picture.clone().jpeg({ quality: 87 }).toBuffer());
    writeFileSync(at('picture.webp'), await picture.clone().webp().toBuffer());
    // EXIF says that it lies on its side, and a profile says other colours.
    const turned = picture.clone().withMetadata({ orientation: 6, icc: 'p3' }).jpeg({ chromaSubsampling: '4:4:4' });
    writeFileSync(at('turned.jpg'), await turned.toBuffer());
  });
  afterAll(() => served?.close());

  it('type-checks without @types/node', async () => {
    expect(existsSync(join(place.folder, 'node_modules/@types/node'))).toBe(false);
    await place.run('npx', ['tsc', '-p', '.']);
  });

  it('builds', async () => {
    await place.run('npx', ['vite', 'build']);
    expect(existsSync(join(place.folder, 'dist/index.html'))).toBe(true);
  });

  it.skipIf(chromium === undefined)('reads the pixels that Node reads', async () => {
    served = await serveFolder(join(place.folder, 'dist'));
    const page = await Chromium.launch(chromium ?? '');
    await page.open(served.url);
    let title = 'opening';
    for (let i = 0; i < 300 && title === 'opening'; i++) {
      title = String(await page.evaluate('new Promise((done) => setTimeout(() => done(document.title), 100))'));
    }
    await page.close();
    const wanted: Record<string, string | number> = { used: 3 };
    for (const name of [...Object.keys(SLIDES), 'picture.png', 'picture.jpg', 'turned.jpg', 'picture.webp']) {
      const slide = await openSlide(join(place.folder, 'public', name));
      const { width, height } = slide;
      const { data } = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
      wanted[name] = createHash('sha256').update(data).digest('hex');
      await slide.close();
    }
    expect(JSON.parse(title)).toEqual(wanted);
  });
});
