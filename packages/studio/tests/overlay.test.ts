/** The overlay in headless Chromium: what is drawn lies where it should, and comes back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../../tests/chromium.js';
import { long } from '../../../tests/long.js';
import type { Camera } from '../src/page/overlay/overlay.js';
import type { SlideObject } from '../src/protocol/objects.js';
import { cameraAt, colours, fixture, type OverlayPage, openOverlayPage, type Picture } from './overlay-browser.js';

const chromium = findChromium();
const canvas = [480, 420] as const;
/** Every pixel of outlines in long tests, else every second, as on a chessboard. */
const STEP = long ? 1 : 2;
const style = { visible: true, opacity: 1, filled: false, lineWidth: 3, colours, dashed: false };

/** Rings of an object on the canvas. */
const ringsOf = ({ polygons }: SlideObject, { a, b, c, d, e, f }: Camera): number[][][] =>
  polygons.flat().map((ring) =>
    Array.from({ length: ring.length / 2 }, (_, i) => {
      const [x = 0, y = 0] = ring.slice(2 * i, 2 * i + 2);
      return [a * x + c * y + e, b * x + d * y + f];
    }),
  );

function distanceTo(rings: readonly number[][][], x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (const ring of rings) {
    for (const [i, [ax = 0, ay = 0]] of ring.entries()) {
      const [bx = 0, by = 0] = ring[(i + 1) % ring.length] ?? [];
      const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2);
      const held = Math.max(0, Math.min(1, along));
      least = Math.min(least, Math.hypot(x - ax - held * (bx - ax), y - ay - held * (by - ay)));
    }
  }
  return least;
}

/** Even-odd by a ray upwards. */
function holds(rings: readonly number[][][], x: number, y: number): boolean {
  let crossings = 0;
  for (const ring of rings) {
    for (const [i, [ax = 0, ay = 0]] of ring.entries()) {
      const [bx = 0, by = 0] = ring[(i + 1) % ring.length] ?? [];
      if (ax > x !== bx > x && ay + ((x - ax) / (bx - ax)) * (by - ay) < y) crossings++;
    }
  }
  return crossings % 2 === 1;
}

const pixelAt = ({ pixels }: Picture, x: number, y: number): number[] => [
  ...pixels.subarray(4 * (y * canvas[0] + x), 4 * (y * canvas[0] + x) + 4),
];

describe.skipIf(chromium === undefined)('the overlay', () => {
  let page: OverlayPage;
  beforeAll(async () => {
    page = await openOverlayPage(chromium ?? '');
    await page.run(
      `t.overlay.setOutlines('a', t.createMemorySource(${JSON.stringify(fixture)}, { width: 220, height: 200 }))`,
    );
  }, 60_000);
  afterAll(() => page?.close());
  const look = (more: object = {}) =>
    page.run(`t.overlay.styleOutlines('a', ${JSON.stringify({ ...style, ...more })})`);

  it.each([
    ['upright', {}],
    ['turned by 30 degrees', { degrees: 30 }],
    ['turned and mirrored', { degrees: 200, mirrored: true }],
  ])('draws outlines on the edges of objects, %s', async (_, turn) => {
    await look();
    const camera = cameraAt([110, 105], 2.5, canvas, turn);
    const picture = await page.picture(camera, ...canvas);
    const rings = fixture.flatMap((object) => ringsOf(object, camera));
    let [wrong, on] = [0, 0];
    for (let y = 0; y < canvas[1]; y++) {
      for (let x = y % STEP; x < canvas[0]; x += STEP) {
        const distance = distanceTo(rings, x + 0.5, y + 0.5);
        const [, , , alpha = 0] = pixelAt(picture, x, y);
        if (distance < 1) on++;
        // 3 pixels wide: full to 1 pixel from the edge, nothing from 2 on.
        if (distance < 0.95 ? alpha < 250 : distance > 2.05 ? alpha > 0 : false) wrong++;
      }
    }
    expect(on).toBeGreaterThan(3000 / STEP);
    expect(wrong).toBe(0);
  });

  it('fills what rings enclose: not holes, and what overlaps once', async () => {
    await look({ filled: true });
    const camera = cameraAt([110, 105], 2.5, canvas, { degrees: 30 });
    const picture = await page.picture(camera, ...canvas);
    const objects = fixture.map((object) => ringsOf(object, camera));
    const inside = { one: 0, two: 0, none: 0 };
    let wrong = 0;
    for (let y = 0; y < canvas[1]; y++) {
      for (let x = 0; x < canvas[0]; x++) {
        if (distanceTo(objects.flat(), x + 0.5, y + 0.5) < 2.2) continue;
        const name = fixture.find((_, i) => holds(objects[i] ?? [], x + 0.5, y + 0.5))?.class;
        const [red = 0, , blue = 0, alpha = 0] = pixelAt(picture, x, y);
        const expected = name === undefined ? 0 : Math.round(255 * 0.35);
        if (Math.abs(alpha - expected) > 1) wrong++;
        if (name === 'one' && (red < 250 || blue > 5)) wrong++;
        if (name === 'two' && (blue < 250 || red > 5)) wrong++;
        if (name === 'one' || name === 'two') inside[name]++;
        else inside.none++;
      }
    }
    expect(Math.min(inside.one, inside.two, inside.none)).toBeGreaterThan(5000);
    expect(wrong).toBe(0);
  });

  it('picks what an independent test says', async () => {
    await look();
    const camera = cameraAt([110, 105], 2.5, canvas);
    await page.picture(camera, ...canvas);
    const points = Array.from({ length: 900 }, (_, i) => [30 + (i % 30) * 5.3, 30 + Math.floor(i / 30) * 5.1] as const);
    const found = await page.run(`${JSON.stringify(points)}.map(([x, y]) => t.overlay.pick({ x, y })?.id ?? '')`);
    const identity = { a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 };
    // Of two objects the smaller one: "overlap" over "hole".
    const order = ['parts', 'overlap', 'other', 'hole'];
    const wanted = points.map(([x, y]) => {
      const hit = fixture.filter((object) => holds(ringsOf(object, identity), x, y)).map(({ id }) => id);
      return order.find((id) => hit.includes(id)) ?? '';
    });
    expect(found).toEqual(wanted);
    expect(new Set(wanted).size).toBe(5);
  });

  it('comes back after the context was lost, with the same picture', async () => {
    await look({ filled: true, dashed: true });
    await page.run(`t.overlay.setSelection(new Set(['other']))`);
    const camera = cameraAt([110, 105], 2.5, canvas, { degrees: 10 });
    const before = await page.picture(camera, ...canvas);
    expect(await page.run('t.lose()')).toMatchObject({ vertices: 0, pending: 0 });
    const after = await page.picture(camera, ...canvas);
    expect(Buffer.compare(before.pixels, after.pixels)).toBe(0);
    expect(before.pixels.some((value, i) => i % 4 === 3 && value > 0)).toBe(true);
    await page.run(`t.overlay.setSelection(new Set())`);
  });

  it('can be opened again on the canvas that it was closed on', async () => {
    await look({ filled: true });
    const camera = cameraAt([110, 105], 2.5, canvas, { degrees: 30 });
    const before = await page.picture(camera, ...canvas);
    await page.run('t.overlay.close()');
    expect(await page.run('(t.overlay = t.createOverlay(document.querySelector("canvas"))) !== undefined')).toBe(true);
    const size = { width: 220, height: 200 };
    await page.run(
      `t.overlay.setOutlines('a', t.createMemorySource(${JSON.stringify(fixture)}, ${JSON.stringify(size)}))`,
    );
    await look({ filled: true });
    const after = await page.picture(camera, ...canvas);
    expect(Buffer.compare(before.pixels, after.pixels)).toBe(0);
  });
});
