/** Tools and keys in the whole studio: what a hand draws in Chromium is what the server keeps, also after a reload. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findChromium } from '../../../tests/chromium.js';
import { HELD, type Place, touch, wheel, withSpace } from '../../../tests/chromium-input.js';
import { long } from '../../../tests/long.js';
import { areaByShoelace } from './tools/independent.js';
import { type OpenStudio, openStudio, SLIDE, until } from './tools/open-studio.js';

const binary = findChromium();

const features = z.object({
  features: z.array(
    z.object({
      id: z.string(),
      geometry: z.discriminatedUnion('type', [
        z.object({ type: z.literal('Polygon'), coordinates: z.array(z.array(z.array(z.number()))) }),
        z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(z.array(z.array(z.number())))) }),
      ]),
      properties: z.object({ classification: z.object({ name: z.string() }) }),
    }),
  ),
});

describe.skipIf(binary === undefined)('in Chromium', { timeout: 120_000 }, () => {
  let studio: OpenStudio;
  beforeAll(async () => {
    studio = await openStudio(binary ?? '');
  }, 120_000);
  afterAll(() => studio.close());

  /** Level-0 pixels to pixels of the window, by the address that the page gives itself. */
  const placer = async (): Promise<(x: number, y: number) => Place> => {
    const { browser } = studio;
    await until(browser, "new URLSearchParams(location.hash.slice(1)).has('zoom')");
    const text = await browser.evaluate(`(() => {
      const { left, top, width, height } = document.querySelector('.seadragon').getBoundingClientRect();
      const view = new URLSearchParams(location.hash.slice(1));
      return [left + width / 2, top + height / 2, ...['x', 'y', 'zoom'].map((name) => Number(view.get(name)))].join(' ');
    })()`);
    const [cx = 0, cy = 0, vx = 0, vy = 0, zoom = 1] = String(text).split(' ').map(Number);
    return (x, y) => [cx + (x - vx) * zoom, cy + (y - vy) * zoom];
  };
  const saved = (): Promise<void> =>
    until(studio.browser, "document.querySelector('.saving')?.dataset.state === 'saved'");
  const kept = async (): Promise<{ readonly id: string; readonly name: string; readonly area: number }[]> => {
    await saved();
    return features.parse(await studio.kept()).features.map(({ id, geometry, properties }) => {
      const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
      const area = areaByShoelace(polygons.map((rings) => rings.map((ring) => ring.slice(0, -1).flat())));
      return { id, name: properties.classification.name, area };
    });
  };
  const areas = async (): Promise<number[]> => (await kept()).map(({ area }) => Math.round(area));

  it('a polygon is drawn, brushed larger, erased, undone and done again, and stays after a reload', async () => {
    const { browser } = studio;
    let at = await placer();
    await browser.press('p');
    for (const [x, y] of [
      [300, 300],
      [500, 300],
      [500, 500],
    ] as const)
      await browser.drag([at(x, y)]);
    await browser.drag([at(300, 500)]);
    await browser.press('Enter');
    const drawn = await areas();
    expect(drawn).toHaveLength(1);
    // A click lies on a pixel of the screen.
    expect(Math.abs(Number(drawn[0]) - 40_000)).toBeLessThan(1600);

    await browser.press('b');
    await browser.drag([at(480, 400), at(520, 400), at(600, 400)]);
    const brushed = await areas();
    expect(brushed).toHaveLength(1);
    expect(Number(brushed[0])).toBeGreaterThan(Number(drawn[0]) + 3000);

    await browser.press('[');
    await browser.press('e');
    await browser.drag([at(280, 350), at(350, 350), at(420, 350)]);
    const erased = await areas();
    expect(Number(erased[0])).toBeLessThan(Number(brushed[0]) - 3000);

    await browser.press('z', HELD.control);
    expect(await areas()).toEqual(brushed);
    await browser.press('z', HELD.control);
    expect(await areas()).toEqual(drawn);
    await browser.press('Z', HELD.control + HELD.shift);
    await browser.press('y', HELD.control);
    expect(await areas()).toEqual(erased);

    await studio.reload();
    at = await placer();
    await browser.press('z', HELD.control);
    expect(await areas()).toEqual(brushed);
    await browser.press('y', HELD.control);
    expect(await areas()).toEqual(erased);
  });

  it('an object is selected, given another class, deleted and brought back by keys alone', async () => {
    const { browser } = studio;
    const [before] = await kept();
    await browser.press('Escape');
    await browser.press('n');
    await browser.press('9');
    expect((await kept()).map(({ name }) => name)).toEqual(['ignore']);
    await browser.press('z', HELD.control);
    expect(await kept()).toEqual([before]);
    await browser.press('Delete');
    expect(await kept()).toEqual([]);
    await browser.press('z', HELD.control);
    expect(await kept()).toEqual([before]);
  });

  it('the slide moves under a drag of the move tool, with Space and by the wheel, and nothing is drawn', async () => {
    const { browser } = studio;
    await browser.press('m');
    const view = (): Promise<unknown> => browser.evaluate('location.hash');
    const changed = async (act: () => Promise<void>): Promise<void> => {
      const before = await view();
      await act();
      await until(browser, `location.hash !== ${JSON.stringify(before)}`);
    };
    const at = await placer();
    const middle = at(SLIDE.width / 2, SLIDE.height / 2);
    const objects = await kept();
    await changed(() => browser.drag([middle, [middle[0] + 60, middle[1]], [middle[0] + 120, middle[1] + 40]]));
    await browser.press('b');
    const back: Place[] = [middle, [middle[0] - 60, middle[1]], [middle[0] - 120, middle[1] - 40]];
    await changed(() => withSpace(browser, () => browser.drag(back)));
    await changed(() => wheel(browser, middle, -240));
    expect(await kept()).toEqual(objects);
  });

  it.runIf(long)('one finger paints, two move and zoom the slide and drop what the first began', async () => {
    const { browser } = studio;
    await browser.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 2 });
    await browser.press('Home');
    await until(browser, "location.hash.includes('x=600.0&y=450.0')");
    await browser.press('Escape');
    await browser.press('b');
    const at = await placer();
    const before = await areas();
    await touch(browser, 'touchStart', [at(900, 700)]);
    for (const x of [940, 980]) await touch(browser, 'touchMove', [at(x, 700)]);
    await touch(browser, 'touchEnd');
    await until(browser, "document.querySelector('.said').textContent.includes('1 object drawn')");
    const painted = await areas();
    expect(painted).toHaveLength(before.length + 1);
    const view = JSON.stringify(await browser.evaluate('location.hash'));
    const [one, other] = [at(500, 600), at(600, 600)];
    await touch(browser, 'touchStart', [one]);
    await touch(browser, 'touchStart', [one, other]);
    for (const by of [30, 60]) {
      await touch(browser, 'touchMove', [
        [one[0] - by, one[1]],
        [other[0] + by, other[1]],
      ]);
    }
    await touch(browser, 'touchEnd');
    await until(browser, `location.hash !== ${view}`);
    expect(await areas()).toEqual(painted);
    await browser.send('Emulation.setTouchEmulationEnabled', { enabled: false });
  });

  it('keys do nothing while a dialog with a field is open, and a changed key acts at once', async () => {
    const { browser } = studio;
    const pressed = (label: string): string =>
      `document.querySelector('[aria-label="${label}"]').ariaPressed === 'true'`;
    await browser.press('?', HELD.shift);
    await until(browser, "document.querySelector('dialog[open] .key-settings') !== null");
    await browser.evaluate('document.querySelector(\'[aria-label="Add a key for Rectangle"]\').focus()');
    await browser.press('Enter');
    await browser.press('k');
    await until(browser, 'document.querySelector(\'[aria-label="Take K from Rectangle"]\') !== null');
    await browser.press('p');
    await browser.press('Escape');
    await until(browser, "document.querySelector('dialog[open]') === null");
    expect(await browser.evaluate(pressed('Polygon'))).toBe(false);
    await browser.press('k');
    await until(browser, pressed('Rectangle'));
    await studio.reload();
    await browser.press('k');
    await until(browser, pressed('Rectangle'));
    expect(studio.notes()).toEqual([]);
  });
});
