/** The page before a real studio: what it shows lies where it should, and mouse, keys and a screen reader find the way. */
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Chromium, findChromium } from '../../../tests/chromium.js';
import { few } from '../../../tests/long.js';
import { type PageStudio, type Picture, pageStudio, rectangles } from './page/page-studio.js';

const chromium = findChromium();
const OUTLINES = 'prediction';
type Point = readonly [x: number, y: number];

/** WebGL that does not tell its renderer, as a graphics card with privacy on: slides are drawn by it. Tiles that it is given are counted. */
const CARD = `
  globalThis.__tilesOnCard = 0;
  const { getExtension, texImage2D } = WebGL2RenderingContext.prototype;
  Object.assign(WebGL2RenderingContext.prototype, {
    getExtension(name) { return name === 'WEBGL_debug_renderer_info' ? null : getExtension.call(this, name); },
    texImage2D(...given) {
      if (ArrayBuffer.isView(given.at(-1)) === false && typeof given.at(-1) === 'object' && given.at(-1) !== null) __tilesOnCard++;
      return texImage2D.apply(this, given);
    },
  });
`;

/** From the next page on, until what it gives is called. */
async function pretendCard(browser: Chromium): Promise<() => Promise<unknown>> {
  const added = await browser.send('Page.addScriptToEvaluateOnNewDocument', { source: CARD });
  const { identifier } = z.object({ identifier: z.string() }).parse(added);
  return () => browser.send('Page.removeScriptToEvaluateOnNewDocument', { identifier });
}

describe.skipIf(chromium === undefined)('the page', () => {
  let page: PageStudio;
  let slide = '';
  let pane: { left: number; top: number; width: number; height: number };
  const run = (expression: string): Promise<unknown> => page.browser.evaluate(expression);
  const click = (selector: string): Promise<unknown> =>
    run(`document.querySelector(${JSON.stringify(selector)}).click()`);
  const textOf = (selector: string): Promise<unknown> =>
    run(`document.querySelector(${JSON.stringify(selector)})?.innerText`);

  beforeAll(async () => {
    page = await pageStudio(chromium ?? '');
    await page.until(`document.querySelector('.scale-bar') !== null`);
    slide = String(await run(`new URLSearchParams(location.hash.slice(1)).get('slide')`));
    pane = await readPane();
  }, 180_000);
  afterAll(() => page?.close());
  beforeEach(() => run('localStorage.clear()'));

  async function readPane(): Promise<typeof pane> {
    const box = await run(`JSON.stringify(document.querySelector('.pane').getBoundingClientRect())`);
    return JSON.parse(String(box));
  }
  /** By the meaning of the address alone: nothing of the page's own matrices is used. */
  const onScreen =
    ({ x, y, zoom, rotation, flipped }: Looked) =>
    ([px, py]: Point): Point => {
      const angle = (rotation * Math.PI) / 180;
      const [dx, dy] = [(px - x) * zoom, (py - y) * zoom];
      const across = dx * Math.cos(angle) - dy * Math.sin(angle);
      const down = dx * Math.sin(angle) + dy * Math.cos(angle);
      return [pane.left + pane.width / 2 + (flipped ? -across : across), pane.top + pane.height / 2 + down];
    };
  interface Looked {
    readonly x: number;
    readonly y: number;
    readonly zoom: number;
    readonly rotation: number;
    readonly flipped: boolean;
  }
  const look = ({ x, y, zoom, rotation, flipped }: Looked): Promise<void> =>
    page.open(`#slide=${slide}&x=${x}&y=${y}&zoom=${zoom}&rotation=${rotation}${flipped ? '&flipped=1' : ''}`);

  /** Distances of the places where a colour begins, and of all that is outlined, from the known edges. */
  function compare(bare: Picture, drawn: Picture, looked: Looked): { edges: number[]; near: number; far: number } {
    const to = onScreen(looked);
    const [edges, found]: [number[], boolean[]] = [[], []];
    let far = 0;
    const isOutline = ([red, green, blue]: readonly number[]): boolean =>
      (red ?? 0) > 180 && (green ?? 0) > 140 && (blue ?? 0) < 130;
    // Navigator, buttons and scale bar lie over the slide.
    const inside = ([x, y]: Point): boolean => {
      const [fromRight, fromBottom] = [pane.left + pane.width - x, pane.top + pane.height - y];
      if (x < pane.left + 4 || y < pane.top + 4 || fromBottom < 60) return false;
      return fromRight > 60 && (fromRight > 180 || y > pane.top + 140);
    };
    for (const [left, top, right, bottom] of rectangles) {
      for (let i = 0.05; i < 1; i += 0.03) {
        const sides: readonly (readonly [Point, Point])[] = [
          [
            [left, top + i * (bottom - top)],
            [-1, 0],
          ],
          [
            [right, top + i * (bottom - top)],
            [1, 0],
          ],
          [
            [left + i * (right - left), top],
            [0, -1],
          ],
          [
            [left + i * (right - left), bottom],
            [0, 1],
          ],
        ];
        for (const [[ex, ey], [nx, ny]] of sides) {
          const at = (pixels: number): Point =>
            to([ex + (nx * pixels) / looked.zoom, ey + (ny * pixels) / looked.zoom]);
          if (![-12, 12].every((pixels) => inside(at(pixels)))) continue;
          const steps = Array.from({ length: 97 }, (_, n) => (n - 48) / 4);
          const dark = steps.find((pixels) => bare.at(...at(pixels))[0] < 137);
          edges.push(dark ?? Number.POSITIVE_INFINITY);
          found.push(steps.some((pixels) => Math.abs(pixels) <= 1.5 && isOutline(drawn.at(...at(pixels)))));
          far += steps.filter((pixels) => Math.abs(pixels) > 3.5 && isOutline(drawn.at(...at(pixels)))).length;
        }
      }
    }
    return { edges, near: found.filter(Boolean).length / found.length, far };
  }

  const views = [
    { x: 536, y: 474, zoom: 2.9, rotation: 200, flipped: true, card: false },
    { x: 540, y: 470, zoom: 3, rotation: 0, flipped: false, card: false },
    { x: 536, y: 474, zoom: 2.9, rotation: 200, flipped: true, card: true },
    { x: 540, y: 470, zoom: 2.6, rotation: 30, flipped: false, card: true },
  ];
  it.each(few(views, 2))('draws slide and truth where the address says: %o', async ({ card, ...looked }) => {
    const removeCard = card ? await pretendCard(page.browser) : undefined;
    await look(looked);
    const tilesOnCard = Number(await run('globalThis.__tilesOnCard ?? 0'));
    expect(tilesOnCard > 3).toBe(card);
    await removeCard?.();
    await click('[id^="layer-truth"]');
    await click(`[id^="layer-${OUTLINES}"]`);
    const drawn = await page.settled();
    await page.browser.press('h');
    const bare = await page.settled();
    const { edges, near, far } = compare(bare, drawn, looked);
    expect(edges.length).toBeGreaterThan(60);
    // The picture is sampled at whole pixels, and the slide's own pixels are blurred into each other.
    for (const edge of edges) expect(Math.abs(edge)).toBeLessThanOrEqual(1.6);
    // The truth is dashed.
    expect(near).toBeGreaterThan(0.4);
    expect(far).toBe(0);
  });

  it('lists slides with what is wrong with them, and asks for tiles of level 0 when it is near', async () => {
    await page.open(`#slide=${slide}&x=540&y=470&zoom=2`);
    const items = await run(`[...document.querySelectorAll('.slide-item')].map((item) => item.innerText)`);
    expect(items).toEqual([
      expect.stringMatching(/^edges\n3 glomerulus\n0.6 × 0.45 mm/),
      expect.stringMatching(/^broken|!\nbroken/),
      expect.stringMatching(/^scan\n.*\n.*\nIts largest level \(256 x 256\) was made of a larger one/),
      expect.stringMatching(/^profiled\n/),
    ]);
    const asked = `performance.getEntriesByType('resource').filter(({ name }) => name.includes('_files/11/')).length`;
    expect(await run(asked)).toBeGreaterThan(3);
    expect(await textOf('.scale-bar')).toBe('20 µm');
    expect(await run(`document.querySelector('.magnification option').innerText`)).toBe('40x');
    expect(await run('__problems')).toEqual([]);
  });

  it('selects by a click, and says what the prediction measured', async () => {
    const looked = { x: 540, y: 470, zoom: 1, rotation: 0, flipped: false };
    await look(looked);
    const [x, y] = onScreen(looked)([540, 470]);
    await page.browser.drag([[x, y]]);
    await page.until(`document.querySelector('.card .measures div') !== null`);
    const measured = String(await textOf('.card .measures'));
    // 120 x 140 pixels of half a micrometre; the network sees every second pixel.
    const area = Number(/Area\s+([\d,]+) µm²/.exec(measured)?.[1]?.replace(',', ''));
    expect(Math.abs(area - 4200)).toBeLessThan(150);
    expect(measured).toMatch(/Equivalent diameter\s+7\d\.\d µm/);
    await click('#tab-objects');
    await page.until(`document.querySelector('[role="row"][aria-selected="true"]') !== null`);
  });

  it('leads through the slide by the table alone, deletes and undoes', async () => {
    await page.open();
    await click('#tab-objects');
    await page.until(`document.querySelectorAll('.table-space [role="row"]').length === 3`);
    await run(`document.querySelector('[role="grid"]').focus()`);
    await page.browser.press('End');
    await page.browser.press('Enter');
    await page.settled();
    await page.until(`Number(new URLSearchParams(location.hash.slice(1)).get('zoom')) > 1.3`);
    const [centreX, centreY] = String(
      await run(`['x', 'y'].map((name) => new URLSearchParams(location.hash.slice(1)).get(name)).join()`),
    )
      .split(',')
      .map(Number);
    const middles = rectangles.map(([left, top, right, bottom]) => [(left + right) / 2, (top + bottom) / 2]);
    expect(middles.some(([x = 0, y = 0]) => Math.hypot(x - (centreX ?? 0), y - (centreY ?? 0)) < 4)).toBe(true);
    await page.browser.press('Delete');
    await page.until(
      `document.querySelector('.saving').innerText === 'all saved' && document.querySelector('[role="grid"]').ariaRowCount === '3'`,
    );
    await page.browser.press('z', 2);
    await page.until(`document.querySelector('[role="grid"]').ariaRowCount === '4'`);
    await page.until(`document.querySelector('.saving').innerText === 'all saved'`);
  });

  it('moves the threshold without asking the server', async () => {
    await page.open();
    await click('[id^="layer-probability"]');
    await page.until('[...document.images].every(({ complete }) => complete)');
    const before = await page.settled();
    // Of the map alone: tiles of the slide that lie under others may still come.
    const tiles = `performance.getEntriesByType('resource').filter(({ name }) => name.includes('/maps/')).length`;
    let asked: unknown;
    for (let seen = await run(tiles); seen !== asked; seen = await run(tiles)) {
      asked = seen;
      await setTimeout(300);
    }
    expect(asked).toBeGreaterThan(0);
    for (const threshold of [10, 50, 100]) {
      await run(
        `(() => { const slider = document.querySelector('[aria-label^="Threshold"]'); slider.value = ${threshold}; slider.dispatchEvent(new Event('input', { bubbles: true })); })()`,
      );
    }
    const after = await page.settled();
    expect(await run(tiles)).toBe(asked);
    const [x, y] = onScreen({ ...(await viewNow()), rotation: 0, flipped: false })([280, 210]);
    expect(before.at(x, y)).not.toEqual(after.at(x, y));
    expect(Math.max(...after.at(x, y)) - Math.min(...after.at(x, y))).toBeLessThan(12);
  });
  const viewNow = async (): Promise<{ x: number; y: number; zoom: number }> => {
    const fields = new URLSearchParams(String(await run('location.hash.slice(1)')));
    return { x: Number(fields.get('x')), y: Number(fields.get('y')), zoom: Number(fields.get('zoom')) };
  };
});
