/** Edits, maps, swipes and crowds in the overlay, by the pixels that headless Chromium gives. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../../tests/chromium.js';
import { few, long } from '../../../tests/long.js';
import type { SlideObject } from '../src/protocol/objects.js';
import { cameraAt, colours, fixture, type OverlayPage, openOverlayPage, type Picture } from './overlay-browser.js';

const chromium = findChromium();
const canvas = [480, 420] as const;
const style = { visible: true, opacity: 1, filled: true, lineWidth: 2, colours, dashed: false };
const camera = cameraAt([110, 105], 2, canvas);

const onCanvas = (x: number, y: number): readonly [number, number] => [
  Math.floor(camera.a * x + camera.e),
  Math.floor(camera.d * y + camera.f),
];

function pixelAt({ pixels }: Picture, [x, y]: readonly [number, number], width: number = canvas[0]): number[] {
  return [...pixels.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
}

describe.skipIf(chromium === undefined)('layers of the overlay', () => {
  let page: OverlayPage;
  const call = (name: string, ...given: readonly unknown[]) =>
    page.run(
      `t.overlay.${name}(${given.map((one) => (one === undefined ? 'undefined' : JSON.stringify(one))).join(', ')})`,
    );
  const show = (layer: string, objects: readonly SlideObject[], size: object) =>
    page.run(
      `t.overlay.setOutlines('${layer}', t.createMemorySource(${JSON.stringify(objects)}, ${JSON.stringify(size)}))`,
    );
  beforeAll(async () => {
    page = await openOverlayPage(chromium ?? '');
    await show('a', fixture, { width: 220, height: 200 });
    await call('styleOutlines', 'a', style);
  }, 60_000);
  afterAll(() => page?.close());

  it('leaves out what edits replaced, draws and picks the edited instead', async () => {
    const place = onCanvas(50, 50);
    const before = await page.picture(camera, ...canvas);
    expect(pixelAt(before, place)).toEqual([255, 0, 0, 89]);
    await page.run(`t.overlay.hide('a', new Set(['hole']))`);
    expect(pixelAt(await page.picture(camera, ...canvas), place)).toEqual([0, 0, 0, 0]);
    expect(await page.run('t.overlay.pick({ x: 50, y: 50 })')).toBeUndefined();
    const moved = { id: 'hole', class: 'two', polygons: [[[45, 45, 75, 45, 75, 75, 45, 75]]] };
    await call('setEdited', [moved], style);
    const edited = await page.picture(camera, ...canvas);
    expect(pixelAt(edited, place)).toEqual([0, 0, 255, 89]);
    expect(pixelAt(edited, onCanvas(90, 50))).toEqual([0, 0, 0, 0]);
    expect(await page.run('t.overlay.pick({ x: 50, y: 50 })')).toEqual({ layer: 'edited', id: 'hole' });
    expect(await page.run(`t.overlay.pick({ x: 50, y: 50 }, new Set(['a']))`)).toBeUndefined();
    expect(await page.run(`t.overlay.polygonsOf('edited', 'hole')`)).toEqual(moved.polygons);
    await call('setEdited', [], style);
    await page.run(`t.overlay.hide('a', new Set())`);
    const after = await page.picture(camera, ...canvas);
    expect(Buffer.compare(before.pixels, after.pixels)).toBe(0);
    expect(await page.run(`t.overlay.polygonsOf('a', 'parts')`)).toEqual(fixture[3]?.polygons);
  });

  it('says of whatever is set that it wants to be drawn, and of what comes later', async () => {
    await page.run('(globalThis.told = 0, t.overlay.onChange(() => { globalThis.told++; }))');
    const told = async (): Promise<number> => Number(await page.run('globalThis.told'));
    const tells = async (act: () => Promise<unknown>): Promise<void> => {
      const before = await told();
      await act();
      expect(await told()).toBeGreaterThan(before);
    };
    const noMap = { width: 9, height: 9, levels: 1 };
    await tells(() => show('b', fixture, { width: 220, height: 200 }));
    await tells(() => call('styleOutlines', 'b', style));
    await tells(() => page.run(`t.overlay.hide('b', new Set(['hole']))`));
    await tells(() => call('setEdited', [], style));
    await tells(() => page.run(`t.overlay.setSelection(new Set(['hole']))`));
    await tells(() => page.run('t.overlay.setSelection(new Set())'));
    await tells(() => call('setSketch', undefined));
    await tells(() => call('setMap', 'b', noMap, noMap));
    await tells(() => call('setMap', 'b', undefined, noMap));
    // Nobody moves: a host that draws when it is told to comes to the outlines.
    await page.run(`t.overlay.hide('b', new Set())`);
    const before = await told();
    await page.run(`t.overlay.draw(${JSON.stringify(camera)}, ${canvas.join(', ')})`);
    for (let look = 0; look < 100 && (await told()) === before; look++) await page.run('t.nextFrame()');
    expect(await told()).toBeGreaterThan(before);
    await page.run(`t.overlay.setOutlines('b', undefined)`);
  });

  it('draws between the two sides of a swipe only', async () => {
    await call('styleOutlines', 'a', { ...style, clip: { from: 200, to: 300 } });
    const { pixels } = await page.picture(camera, ...canvas);
    const columns = new Set<number>();
    for (let i = 3; i < pixels.length; i += 4) if ((pixels[i] ?? 0) > 0) columns.add(((i - 3) / 4) % canvas[0]);
    expect([Math.min(...columns), Math.max(...columns)]).toEqual([200, 299]);
    await call('styleOutlines', 'a', { ...style, visible: false });
    expect((await page.picture(camera, ...canvas)).pixels.every((value) => value === 0)).toBe(true);
  });

  it('applies a threshold to a map at once, without asking for its tiles again', async () => {
    await page.run(`(globalThis.asked = 0, t.overlay.setMap('m', {
      width: 200, height: 100, levels: 1,
      tile: async () => {
        globalThis.asked++;
        return Uint8Array.from({ length: 65536 }, (_, i) => (i & 255) < 200 && i >> 8 < 100 ? i & 255 : 0).buffer;
      },
    }, { width: 200, height: 100 }))`);
    const identity = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };
    for (const threshold of [0.2, 0.6, 0.75]) {
      await call('styleMap', 'm', { visible: true, opacity: 1, threshold, colour: [0, 200, 0] });
      const picture = await page.picture(identity, ...canvas);
      const first = Math.ceil(threshold * 255);
      expect(pixelAt(picture, [first + 1, 50])[3]).toBeGreaterThan(60);
      expect(pixelAt(picture, [first - 2, 50])).toEqual([0, 0, 0, 0]);
      expect(pixelAt(picture, [199, 50])[1]).toBeGreaterThanOrEqual(198);
      expect(pixelAt(picture, [202, 50])[3]).toBe(0);
    }
    expect(await page.run('globalThis.asked')).toBe(1);
    await call('setMap', 'm', undefined);
  });

  it('lays a map over all of the slide, whose sides are no whole number of its pixels', async () => {
    await page.run(`t.overlay.setMap('m', {
      width: 100, height: 200, levels: 1,
      tile: async () => Uint8Array.from({ length: 65536 }, (_, i) => (i & 255) < 100 && i >> 8 >= 180 ? 255 : 0).buffer,
    }, { width: 104, height: 230 })`);
    await call('styleMap', 'm', { visible: true, opacity: 1, threshold: 0.5, colour: [0, 200, 0] });
    const picture = await page.picture({ a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }, ...canvas);
    // Row 180 of 200 is row 207 of 230.
    expect([204, 210, 229].map((y) => (pixelAt(picture, [50, y])[3] ?? 0) > 0)).toEqual([false, true, true]);
    expect([102, 106].map((x) => (pixelAt(picture, [x, 215])[3] ?? 0) > 0)).toEqual([true, false]);
    await call('setMap', 'm', undefined);
  });

  it('shows every one of many objects at every zoom, within its vertices', async () => {
    // Too many for outlines from afar: discs of 2 to 8 pixels.
    const count = 19_600;
    await page.run(`t.overlay.setOutlines('many', t.createMemorySource(Array.from({ length: ${count} }, (_, i) => {
      const [x, y, r] = [20 + 40 * (i % 140), 20 + 40 * Math.floor(i / 140), 1 + (i % 4)];
      const place = (k) => k % 2 === 0 ? x + r * Math.cos((k * Math.PI) / 40) : y + r * Math.sin(((k - 1) * Math.PI) / 40);
      return { id: 'many ' + i, class: 'one', polygons: [[Array.from({ length: 80 }, (_, k) => place(k))]] };
    }), { width: 5600, height: 5600 }))`);
    await call('styleOutlines', 'many', style);
    const view = [400, 400] as const;
    const looks = [
      [1 / 15, { degrees: 0 }],
      [1 / 13, { degrees: 45 }],
      [1 / 7, { degrees: 20, mirrored: true }],
      [1 / 4, { degrees: 0 }],
      [1, { degrees: 30 }],
    ] as const;
    for (const [scale, turn] of few(looks, 2)) {
      const far = cameraAt([2800, 2800], scale, view, turn);
      const picture = await page.picture(far, ...view);
      expect(picture.statistics.problem ?? picture.statistics.pending).toBe(0);
      expect(picture.statistics.vertices).toBeLessThanOrEqual(600_000);
      expect(picture.statistics.vertices).toBeGreaterThan(0);
      // From afar no outlines at all, nearer some, then all their corners.
      expect(picture.statistics.chunks > 0).toBe(scale > 0.2);
      let [unseen, inView] = [0, 0];
      for (let i = 0; i < count; i++) {
        const [x, y] = [20 + 40 * (i % 140), 20 + 40 * Math.floor(i / 140)];
        const [left, top] = [far.a * x + far.c * y + far.e, far.b * x + far.d * y + far.f];
        if (left < 4 || top < 4 || left > 396 || top > 396) continue;
        inView++;
        // Its texel is at most three pixels wide, so that one of these is in it.
        let seen = false;
        for (let dx = -2; dx <= 2; dx++) {
          for (let dy = -2; dy <= 2; dy++) {
            const at = (Math.floor(top) + dy) * view[0] + Math.floor(left) + dx;
            seen ||= (picture.pixels[4 * at + 3] ?? 0) > 50;
          }
        }
        if (!seen) unseen++;
      }
      expect([scale, unseen]).toEqual([scale, 0]);
      expect(inView).toBeGreaterThan(50);
    }
    // What an edit replaced is not seen from afar either, and comes back with its undoing.
    const far = cameraAt([2800, 2800], 1 / 15, view);
    const alphaAt = (picture: Picture): number => {
      const [column, row] = [70, 75].map((cell, i) => Math.floor((20 + 40 * cell) / 15 + (i === 0 ? far.e : far.f)));
      return picture.pixels[4 * ((row ?? 0) * view[0] + (column ?? 0)) + 3] ?? 0;
    };
    expect(alphaAt(await page.picture(far, ...view))).toBeGreaterThan(50);
    await page.run(`t.overlay.hide('many', new Set(['many ${70 + 140 * 75}']))`);
    expect(alphaAt(await page.picture(far, ...view))).toBe(0);
    await page.run(`t.overlay.hide('many', new Set())`);
    expect(alphaAt(await page.picture(far, ...view))).toBeGreaterThan(50);
    await call('setOutlines', 'many', undefined);
  });

  it.runIf(long)('draws thousands of edited objects, as boxes where their outlines are too many', async () => {
    const made = (count: number): string => `Array.from({ length: ${count} }, (_, i) => {
      const [x, y] = [10 + 20 * (i % 150), 10 + 20 * Math.floor(i / 150)];
      const place = (k) => k % 2 === 0 ? x + 8 * Math.cos((k * Math.PI) / 20) : y + 8 * Math.sin(((k - 1) * Math.PI) / 20);
      return { id: 'e' + i, class: 'two', polygons: [[Array.from({ length: 40 }, (_, k) => place(k))]] };
    })`;
    const view = [400, 400] as const;
    const far = cameraAt([1500, 1500], 0.13, view);
    for (const [count, colour] of [
      [2_000, 'blue'],
      [10_000, 'white'],
    ] as const) {
      await page.run(`t.overlay.setEdited(${made(count)}, ${JSON.stringify({ ...style, filled: false })})`);
      const { pixels, statistics } = await page.picture(far, ...view);
      expect(statistics.vertices).toBeLessThanOrEqual(600_000);
      let [blue, white] = [0, 0];
      for (let i = 0; i < pixels.length; i += 4) {
        const [red = 0, , third = 0, alpha = 0] = pixels.subarray(i, i + 4);
        if (alpha > 200 && third > 200) red > 200 ? white++ : blue++;
      }
      expect([count, colour === 'blue' ? blue > 1000 && white === 0 : white > 1000]).toEqual([count, true]);
    }
    await page.run(`t.overlay.setEdited([], ${JSON.stringify(style)})`);
  });

  it('draws a sketch, and says that there is no WebGL2 by giving nothing', async () => {
    const square = [[60, 60, 100, 60, 100, 100, 60, 100]];
    await call('setSketch', { polygons: [square], line: [10, 10, 50, 10], handles: [{ x: 50, y: 10 }] });
    const picture = await page.picture(camera, ...canvas);
    expect(pixelAt(picture, onCanvas(60, 80))[3]).toBeGreaterThan(200);
    expect(pixelAt(picture, onCanvas(30, 10))[3]).toBeGreaterThan(200);
    expect(pixelAt(picture, onCanvas(80, 80))[3]).toBe(0);
    await call('setSketch', undefined);
    expect((await page.picture(camera, ...canvas)).pixels.every((value) => value === 0)).toBe(true);
    const other = `(() => { const c = document.createElement('canvas'); c.getContext('2d'); return t.createOverlay(c); })()`;
    expect(await page.run(`${other} === undefined`)).toBe(true);
  });
});
