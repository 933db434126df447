/** The page for everybody: light, dark, narrow, for screen readers, without WebGL2, with two windows, and while nobody answers. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findChromium } from '../../../tests/chromium.js';
import { few, long } from '../../../tests/long.js';
import { type PageStudio, pageStudio, WITHOUT_WEBGL } from './page/page-studio.js';

const chromium = findChromium();
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const findings = z.array(z.object({ id: z.string(), impact: z.string(), nodes: z.array(z.string()) }));

describe.skipIf(chromium === undefined)('the page', () => {
  let page: PageStudio;
  let pictures = '';
  let slide = '';
  const run = (expression: string): Promise<unknown> => page.browser.evaluate(expression);
  const click = (selector: string): Promise<unknown> =>
    run(`document.querySelector(${JSON.stringify(selector)}).click()`);

  beforeAll(async () => {
    page = await pageStudio(chromium ?? '');
    await page.until(`document.querySelector('.scale-bar') !== null`);
    slide = String(await run(`new URLSearchParams(location.hash.slice(1)).get('slide')`));
    pictures = await mkdtemp(join(tmpdir(), 'ftuseg-page-pictures-'));
  }, 180_000);
  afterAll(() => page?.close());

  /** Serious and critical findings of axe. */
  async function audit(name: string): Promise<z.output<typeof findings>> {
    const { png } = await page.settled();
    await writeFile(join(pictures, `${name}.png`), png);
    if ((await run('typeof axe')) === 'undefined') await run(await readFile(axePath, 'utf8'));
    const found = await run(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html, failureSummary }) => html.slice(0, 160) + failureSummary) })))`);
    return findings.parse(found);
  }

  it.each(
    few(
      [
        { width: 390, scheme: 'dark' },
        { width: 1440, scheme: 'light' },
      ] as const,
      2,
    ),
  )('has no serious finding of axe: %o', async ({ width, scheme }) => {
    await page.browser.look(width, width < 600 ? 800 : 900, scheme);
    await page.open();
    const isNarrow = width < 600;
    for (const tab of few(['layers', 'objects', 'review', 'jobs'], 2)) {
      if (isNarrow && tab === 'layers') await click('[aria-label="Panels"]');
      await click(`#tab-${tab}`);
      expect(await audit(`${scheme}-${tab}`), tab).toEqual([]);
    }
    // Nothing is wider than the window.
    expect(await run('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.browser.press('Escape');
    await page.browser.press('?');
    await page.until(`document.querySelector('dialog[open]') !== null`);
    expect(await audit(`${scheme}-help`)).toEqual([]);
    await page.browser.press('Escape');
    await page.until(`document.querySelector('dialog[open]') === null`);
    expect(await run('__problems')).toEqual([]);
  });

  it('says over the slide what its file says, for who does not see the list', async () => {
    await page.browser.look(390, 800, 'light');
    await page.open();
    const third = `[...document.querySelectorAll('.slide-item')].find(({ textContent }) => textContent.includes('larger one'))`;
    await run(`${third}.click()`);
    await page.until(`document.querySelector('.slide-warnings') !== null`);
    expect(await run(`document.querySelector('.slide-warnings').innerText`)).toMatch(
      /^1 warning\s+Its largest level \(256 x 256\) was made of a larger one .*\.$/,
    );
    if (long) expect(await audit('light-warnings')).toEqual([]);
    expect(await run('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });

  it('shows a slide in sRGB by its ICC profile, says so, and shows the stored colours where that is asked', async () => {
    await page.browser.look(1200, 700, 'light');
    await page.open();
    await run(
      `[...document.querySelectorAll('.slide-item')].find(({ textContent }) => textContent.startsWith('profiled')).click()`,
    );
    await page.until(`document.querySelector('.colour-mark')?.innerText === 'sRGB by ICC profile'`);
    const middle = async (): Promise<number> => {
      const { at } = await page.settled();
      const box = `(({ left, top, width, height }) => [left + width / 2, top + height / 2])(document.querySelector('.pane').getBoundingClientRect())`;
      const [x, y] = z.tuple([z.number(), z.number()]).parse(await run(box));
      return at(x, y)[0];
    };
    await click('#tab-layers');
    // Linear light of 150 of 255 is 202 in sRGB.
    expect(Math.abs((await middle()) - 202)).toBeLessThanOrEqual(2);
    await click('.colour-switch input');
    await page.until(`document.querySelector('.colour-mark')?.innerText === 'stored colours'`);
    expect(await run(`document.querySelector('.colour-switch').innerText`)).toMatch(
      /Shown as stored, without the slide's ICC profile: /,
    );
    expect(Math.abs((await middle()) - 150)).toBeLessThanOrEqual(2);
    if (long) expect(await audit('colours')).toEqual([]);
    await click('.colour-switch input');
  });

  it('follows the switch of colours rather than the system', async () => {
    await page.browser.look(1200, 700, 'dark');
    await page.open();
    const ground = `getComputedStyle(document.querySelector('.top')).backgroundColor`;
    const dark = await run(ground);
    await click('[aria-label^="Colours: as the system"]');
    await page.until(`${ground} !== ${JSON.stringify(dark)} && document.documentElement.dataset.theme === 'light'`);
    await run('localStorage.clear()');
  });

  it('saves the view as a PNG with its scale bar', async () => {
    await page.browser.look(1200, 700, 'light');
    await page.open(`#slide=${slide}&x=540&y=470&zoom=2`);
    await run(`(() => {
      URL.createObjectURL = (blob) => { window.__picture = blob; return 'blob:nothing'; };
      HTMLAnchorElement.prototype.click = function () { window.__saved = this; };
    })()`);
    await click('[aria-label^="Snapshot"]');
    await page.until('window.__saved !== undefined');
    expect(await run('__saved.download')).toBe('edges_x540_y470.png');
    const sizes = await run(`(async () => {
      const bitmap = await createImageBitmap(__picture);
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext('2d');
      context.drawImage(bitmap, 0, 0);
      const at = (x, y) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3);
      const pane = document.querySelector('.pane');
      // The bar of 20 micrometres is 80 pixels long, 16 from the corner; the middle is bright, its surroundings dark.
      const y = bitmap.height - 18;
      return { fits: bitmap.width === pane.clientWidth && bitmap.height === pane.clientHeight,
        bar: [20, 90, 102].map((x) => at(x, y)[0] < 60), middle: at(bitmap.width / 2, bitmap.height / 2)[0] };
    })()`);
    expect(sizes).toMatchObject({ fits: true, bar: [true, true, false] });
    expect(z.object({ middle: z.number() }).parse(sizes).middle).toBeGreaterThan(200);
  });

  it('offers both shapes when another window was faster, and loses none', async () => {
    await page.open();
    await click('#tab-objects');
    await page.until(`document.querySelectorAll('.table-space [role="row"]').length === 3`);
    await run(`document.querySelector('.table-space [role="row"]').click()`);
    await page.until(`document.querySelector('.card select')?.disabled === false`);
    // The other window moves the object; this one deletes it before it hears of that.
    const id = String(
      await run(`(async () => {
      const address = '/api/slides/${slide}/edits';
      const { revision } = await (await fetch(address + '?after=0')).json();
      const { features } = await (await fetch('/api/slides/${slide}/corrected.geojson')).json();
      const first = features.find(({ geometry }) => geometry.coordinates[0].some(([x]) => x < 210));
      const object = { id: first.id, class: 'glomerulus', polygons: [[[210, 160, 350, 160, 350, 260, 210, 260]]] };
      const edit = { kind: 'change', label: 'elsewhere', changes: features.map(({ id }) => ({ kind: 'put', object: { ...object, id } })) };
      const answer = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json', 'if-match': '"' + revision + '"' }, body: JSON.stringify(edit) });
      return answer.status;
    })()`),
    );
    expect(id).toBe('201');
    await run(`[...document.querySelectorAll('.card button')].find(({ innerText }) => innerText === 'Delete').click()`);
    await page.until(`document.querySelector('dialog[open] .conflict') !== null`);
    expect(await run(`document.querySelector('.saving').innerText`)).toBe('waiting for your choice: 1 edit');
    expect(await audit('conflict')).toEqual([]);
    await run(
      `[...document.querySelectorAll('dialog[open] button')].find(({ innerText }) => innerText === 'Keep theirs').click()`,
    );
    await page.until(
      `document.querySelector('dialog[open]') === null && document.querySelector('.saving').innerText === 'all saved'`,
    );
    expect(await run(`document.querySelector('[role="grid"]').ariaRowCount`)).toBe('4');
  });

  it('says that nobody answers, keeps the edit, and goes on by itself', async () => {
    await page.open();
    await click('#tab-objects');
    await page.until(`document.querySelectorAll('.table-space [role="row"]').length === 3`);
    await run(`document.querySelector('.table-space [role="row"]').click()`);
    await page.until(`document.querySelector('.card select')?.disabled === false`);
    const offline = (isOffline: boolean): Promise<unknown> =>
      page.browser.send('Network.emulateNetworkConditions', {
        offline: isOffline,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput: -1,
      });
    await page.browser.send('Network.enable');
    await offline(true);
    await run(`[...document.querySelectorAll('.card button')].find(({ innerText }) => innerText === 'Delete').click()`);
    await page.until(`document.querySelector('.saving').innerText === 'waiting for the server: 1 edit'`);
    await page.until(`document.querySelector('.messages').innerText.includes('does not answer')`);
    await offline(false);
    await page.until(`document.querySelector('.saving').innerText === 'all saved'`);
    await page.until(`!document.querySelector('.messages').innerText.includes('does not answer')`);
  });

  it('shows the slide and the picture that the prediction painted where there is no WebGL2', async () => {
    await page.browser.send('Page.addScriptToEvaluateOnNewDocument', { source: WITHOUT_WEBGL });
    await page.open(`#slide=${slide}&x=440&y=470&zoom=1`);
    await page.until(`document.querySelector('.static-picture img')?.naturalWidth > 100`);
    expect(await run(`document.querySelector('.static-picture').innerText`)).toContain('This browser has no WebGL2');
    // A rectangle's middle and beside it, once nothing lies over them: OpenSeadragon draws without WebGL too.
    await run(`document.querySelector('.static-picture').style.display = 'none'`);
    const { at } = await page.settled();
    const box = await run(
      `(({ left, top, width, height }) => [left + width / 2, top + height / 2])(document.querySelector('.pane').getBoundingClientRect())`,
    );
    const [x, y] = z.tuple([z.number(), z.number()]).parse(box);
    expect(at(x + 100, y)[0]).toBeGreaterThan(200);
    expect(at(x + 190, y)[0]).toBeLessThan(80);
  });
});
