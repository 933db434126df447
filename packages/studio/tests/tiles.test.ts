import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyRaster, type Raster, resizeArea } from '@ftuseg/core';
import { openSlide, type Slide, writePng } from '@ftuseg/slide';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APERIO_TILE, writeAperio } from './aperio.js';
import { picture, type RunningStudio, runStudio, writeSlide } from './running-studio.js';

const [WIDTH, HEIGHT] = [1001, 777];

let folder: string;
let running: RunningStudio;
const ids = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-studio-tiles-'));
  await writeSlide(join(folder, 'pyramid.tif'), { width: WIDTH, height: HEIGHT });
  await writeAperio(join(folder, 'aperio.svs'), picture(WIDTH, HEIGHT));
  await writePng(join(folder, 'flat.png'), picture(WIDTH, HEIGHT));
  await writeFile(join(folder, 'broken.tif'), 'II*\0 no slide');
  const rows = ['pyramid.tif', 'aperio.svs', 'flat.png', 'broken.tif', 'missing.tif'];
  await writeFile(join(folder, 'slides.csv'), `id,image\n${rows.map((name) => `${name},${name}`).join('\n')}\n`);
  running = await runStudio({ input: join(folder, 'slides.csv') });
  for (const { id, name } of (await running.json('/api/slides')) as { id: string; name: string }[]) ids.set(name, id);
});

afterAll(async () => {
  await running.close();
  await rm(folder, { recursive: true, force: true });
});

const idOf = (name: string): string => ids.get(name) ?? '';

async function decoded(path: string): Promise<Raster> {
  const { status, body, headers } = await running.ask(path);
  expect([path, status, headers['content-type']]).toEqual([path, 200, 'image/jpeg']);
  const { data, info } = await sharp(body).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) };
}

/** What Deep Zoom says: tile size, and sizes of levels. */
async function deepZoom(
  name: string,
): Promise<{ tile: number; sizeAt: (level: number) => [number, number]; last: number }> {
  const xml = (await running.ask(`/slides/${idOf(name)}.dzi`)).body.toString();
  const number = (key: string): number => Number(new RegExp(`${key}="(\\d+)"`).exec(xml)?.[1]);
  const [width, height] = [number('Width'), number('Height')];
  expect(xml).toContain('Overlap="0"');
  const last = Math.ceil(Math.log2(Math.max(width, height)));
  const sizeAt = (level: number): [number, number] => [
    Math.ceil(width / 2 ** (last - level)),
    Math.ceil(height / 2 ** (last - level)),
  ];
  return { tile: number('TileSize'), sizeAt, last };
}

/** A level put together from its tiles, each of which must have the size that viewers expect. */
async function assembled(name: string, level: number): Promise<Raster> {
  const { tile, sizeAt } = await deepZoom(name);
  const [width, height] = sizeAt(level);
  const whole = emptyRaster(width, height, 3);
  for (let y = 0; y * tile < height; y++) {
    for (let x = 0; x * tile < width; x++) {
      const one = await decoded(`/slides/${idOf(name)}_files/${level}/${x}_${y}.jpg`);
      expect([one.width, one.height]).toEqual([Math.min(tile, width - x * tile), Math.min(tile, height - y * tile)]);
      for (let row = 0; row < one.height; row++) {
        const line = one.data.subarray(row * one.width * 3, (row + 1) * one.width * 3);
        whole.data.set(line, ((y * tile + row) * width + x * tile) * 3);
      }
    }
  }
  return whole;
}

/** To a multiple of the factor, with the last pixels going on. */
function padded({ width, height, data }: Raster, factor: number): Raster {
  const [across, down] = [Math.ceil(width / factor) * factor, Math.ceil(height / factor) * factor];
  const out = emptyRaster(across, down, 3);
  for (let y = 0; y < down; y++) {
    const row = Math.min(y, height - 1) * width * 3;
    const line = data.subarray(row, row + width * 3);
    out.data.set(line, y * across * 3);
    for (let x = width; x < across; x++) out.data.set(line.subarray(-3), (y * across + x) * 3);
  }
  return out;
}

/** Mean difference of two pictures, the second moved. */
function difference(a: Raster, b: Raster, right = 0, down = 0): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  let sum = 0;
  for (let y = 0; y < a.height - down; y++) {
    for (let i = 0; i < (a.width - right) * 3; i++) {
      const other = b.data[((y + down) * b.width + right) * 3 + i] as number;
      sum += Math.abs((a.data[y * a.width * 3 + i] as number) - other);
    }
  }
  return sum / ((a.width - right) * (a.height - down) * 3);
}

const read = async <T>(name: string, work: (slide: Slide) => Promise<T>): Promise<T> => {
  const slide = await openSlide(join(folder, name));
  return work(slide).finally(() => slide.close());
};

describe('tiles', () => {
  it.each(['pyramid.tif', 'aperio.svs', 'flat.png'])('of every level show the slide in its place: %s', async (name) => {
    const { last, sizeAt } = await deepZoom(name);
    const whole = await read(name, (slide) =>
      slide.readRegion({ x: 0, y: 0, width: WIDTH, height: HEIGHT, downsample: 1 }),
    );
    for (let level = last; level >= 0; level--) {
      const wanted = resizeArea(padded(whole, 2 ** (last - level)), ...sizeAt(level));
      const shown = await assembled(name, level);
      const found = difference(shown, wanted);
      // Of a few pixels JPEG changes more than that.
      if (level >= 4) expect([level, found < 6]).toEqual([level, true]);
      // One pixel beside its place it fits less.
      if (level < 7) continue;
      for (const beside of [
        difference(shown, wanted, 1, 0),
        difference(shown, wanted, 0, 1),
        difference(wanted, shown, 1, 0),
        difference(wanted, shown, 0, 1),
      ]) {
        expect([level, beside > 1.2 * found]).toEqual([level, true]);
      }
    }
  });

  it('are those of the file where the file has them', async () => {
    for (const [name, tile, level, stored] of [
      ['pyramid.tif', 128, 10, 0],
      ['pyramid.tif', 128, 9, 1],
      ['aperio.svs', APERIO_TILE, 10, 0],
      ['aperio.svs', APERIO_TILE, 8, 1],
    ] as const) {
      expect((await deepZoom(name)).tile).toBe(tile);
      const { body } = await running.ask(`/slides/${idOf(name)}_files/${level}/0_0.jpg`);
      const own = await read(name, async (slide) => slide.readJpegTile?.({ level: stored, column: 0, row: 0 }));
      if (stored === 1 && tile === APERIO_TILE) {
        // 194 rows are less than a tile.
        expect(Buffer.compare(body, own ?? new Uint8Array())).not.toBe(0);
      } else expect(Buffer.compare(body, own ?? new Uint8Array())).toBe(0);
    }
  });

  it('have a mark, and are not sent again', async () => {
    const path = `/slides/${idOf('pyramid.tif')}_files/10/1_1.jpg`;
    const { headers } = await running.ask(path);
    const etag = String(headers.etag);
    expect(headers['cache-control']).toMatch(/^private/);
    for (const known of [etag, `"x", ${etag}`, `W/${etag}`]) {
      const again = await running.ask(path, { headers: { 'if-none-match': known } });
      expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, etag]);
    }
    expect((await running.ask(path, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
    expect((await running.ask(path.replace('1_1', '1_2'))).headers.etag).not.toBe(etag);
  });

  it('of a file that was replaced have another mark', async () => {
    const alone = await runStudio({ input: join(folder, 'flat.png'), work: join(folder, 'w1') });
    const markOf = async ({ json, ask }: RunningStudio): Promise<string> => {
      const [slide] = (await json('/api/slides')) as { id: string }[];
      return String((await ask(`/slides/${slide?.id}_files/10/0_0.jpg`)).headers.etag);
    };
    const [first, again] = [await markOf(alone), await markOf(alone)];
    await alone.close();
    await utimes(join(folder, 'flat.png'), 1, 1);
    const later = await runStudio({ input: join(folder, 'flat.png'), work: join(folder, 'w1') });
    expect([first === again, (await markOf(later)) === first]).toEqual([true, false]);
    await later.close();
  });
});

describe('IIIF', () => {
  it.each(['pyramid.tif', 'aperio.svs', 'flat.png'])('names the tiles of Deep Zoom: %s', async (name) => {
    const id = idOf(name);
    const info = (await running.json(`/iiif/${id}/info.json`)) as Record<string, unknown>;
    expect(info).toMatchObject({
      '@context': 'http://iiif.io/api/image/3/context.json',
      type: 'ImageService3',
      protocol: 'http://iiif.io/api/image',
      profile: 'level0',
      width: WIDTH,
      height: HEIGHT,
    });
    expect(info.id).toBe(`http://127.0.0.1:${running.studio.port}/iiif/${id}`);
    const { tile, last } = await deepZoom(name);
    expect(info.tiles).toEqual([
      { width: tile, height: tile, scaleFactors: Array.from({ length: last + 1 }, (_, i) => 2 ** i) },
    ]);
    for (const [level, x, y] of [
      [last, 1, 1],
      [last, Math.ceil(WIDTH / tile) - 1, Math.ceil(HEIGHT / tile) - 1],
      [last - 1, 0, 1],
      [last - 2, 0, 0],
      [0, 0, 0],
    ] as const) {
      const factor = 2 ** (last - level);
      if (y * tile * factor >= HEIGHT) continue;
      const [left, top] = [x * tile * factor, y * tile * factor];
      const [width, height] = [Math.min(tile * factor, WIDTH - left), Math.min(tile * factor, HEIGHT - top)];
      const size = `${Math.ceil(width / factor)},${Math.ceil(height / factor)}`;
      const theirs = await running.ask(`/iiif/${id}/${left},${top},${width},${height}/${size}/0/default.jpg`);
      const ours = await running.ask(`/slides/${id}_files/${level}/${x}_${y}.jpg`);
      expect([theirs.status, Buffer.compare(theirs.body, ours.body)]).toEqual([200, 0]);
    }
  });

  it('gives the whole at the sizes that it names', async () => {
    const id = idOf('aperio.svs');
    const { sizes, maxWidth } = (await running.json(`/iiif/${id}/info.json`)) as {
      sizes: { width: number; height: number }[];
      maxWidth: number;
    };
    expect(sizes.length).toBeGreaterThan(8);
    for (const { width, height } of sizes) {
      const whole = await decoded(`/iiif/${id}/full/${width},${height}/0/default.jpg`);
      expect([whole.width, whole.height]).toEqual([width, height]);
    }
    expect((await decoded(`/iiif/${id}/full/max/0/default.jpg`)).width).toBe(maxWidth);
  });
});

describe('slides', () => {
  it('that cannot be opened are in the list with their sentence, and the others work', async () => {
    const slides = (await running.json('/api/slides')) as { name: string; problem?: string; width: number }[];
    expect(slides.map(({ name, width }) => [name, width])).toEqual([
      ['pyramid.tif', WIDTH],
      ['aperio.svs', WIDTH],
      ['flat.png', WIDTH],
      ['broken.tif', 0],
      ['missing.tif', 0],
    ]);
    expect(slides[4]?.problem).toBe('there is no such file');
    expect(slides[3]?.problem).toMatch(/\w{4}/);
    for (const name of ['broken.tif', 'missing.tif']) {
      for (const path of [
        `/slides/${idOf(name)}.dzi`,
        `/slides/${idOf(name)}_files/0/0_0.jpg`,
        `/api/slides/${idOf(name)}`,
        `/api/slides/${idOf(name)}/thumbnail.jpg`,
      ]) {
        const { status, body } = await running.ask(path);
        expect([path, [404, 422].includes(status), typeof JSON.parse(body.toString()).problem]).toEqual([
          path,
          true,
          'string',
        ]);
        expect(body.toString()).not.toContain(folder);
      }
    }
  });

  it('have thumbnails and details', async () => {
    const small = await decoded(`/api/slides/${idOf('aperio.svs')}/thumbnail.jpg`);
    expect([small.width, small.height]).toEqual([320, 248]);
    const detail = await running.json(`/api/slides/${idOf('aperio.svs')}`);
    expect(detail).toMatchObject({
      format: 'Aperio SVS',
      magnification: 20,
      pixelSize: { x: 0.5, y: 0.5 },
      tileSize: 240,
      associated: [],
    });
  });

  it('show their label only where that was asked for', async () => {
    const path = `/api/slides/${idOf('aperio.svs')}/associated/label`;
    expect((await running.ask(path)).status).toBe(403);
    const shown = await runStudio({ input: join(folder, 'aperio.svs'), work: join(folder, 'w2'), showLabels: true });
    const [slide] = (await shown.json('/api/slides')) as { id: string }[];
    expect(await shown.json(`/api/slides/${slide?.id}`)).toMatchObject({ associated: ['thumbnail', 'label', 'macro'] });
    const { body } = await shown.ask(`/api/slides/${slide?.id}/associated/label`);
    expect(await sharp(body).metadata()).toMatchObject({ width: 64, height: 48 });
    expect((await shown.ask(`/api/slides/${slide?.id}/associated/letter`)).status).toBe(404);
    await shown.close();
  });

  it('have the same ids in the next session', async () => {
    await running.close();
    running = await runStudio({ input: join(folder, 'slides.csv') });
    const slides = (await running.json('/api/slides')) as { id: string; name: string }[];
    for (const { id, name } of slides) expect(id).toBe(idOf(name));
  });
});
