/** The panel of jobs in a browser, with a program that behaves as `ftu` does: plan, start, curves, comparison, deletion; light, dark, wide and narrow. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Chromium, findChromium } from '../../../tests/chromium.js';
import { few } from '../../../tests/long.js';
import { builtPage } from './page/built-page.js';
import { type RunningStudio, runStudio } from './running-studio.js';
import { type SmallStudio, smallStudio } from './small-studio.js';
import { until } from './tools/open-studio.js';

const binary = findChromium();
const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
/** Where pictures go that a person wants to see; nowhere if unset. */
const shots = process.env.FTU_SCREENSHOTS;

describe.skipIf(binary === undefined)('the panel of jobs (needs Chromium)', () => {
  let small: SmallStudio;
  let running: RunningStudio;
  let browser: Chromium;
  beforeAll(async () => {
    small = await smallStudio(2);
    const { folder: old } = await small.predict('old');
    vi.stubEnv('FAKE_PREDICTION', old);
    vi.stubEnv('FAKE_MS', '400');
    const page = await builtPage('server', small.folder);
    const table = join(small.folder, 'slides.csv');
    const lines = small.rows.map(({ id, image }) => `${id},${image},0.5`);
    await writeFile(table, ['id,image,mpp', ...lines, ''].join('\n'));
    const ftu = [process.execPath, path('./fake-ftu.mjs')];
    running = await runStudio({ input: table, predictions: [old], page, work: join(small.folder, 'studio'), ftu });
    await correct();
    browser = await Chromium.launch(binary ?? '', 'webgl');
    await browser.look(1440, 900);
    await browser.open(running.addresses.at(-1) ?? running.studio.address);
    await until(browser, "document.querySelector('#tab-jobs') !== null");
    await browser.evaluate("document.querySelector('#tab-jobs').click()");
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await running.close();
    vi.unstubAllEnvs();
    await small.remove();
  });

  /** An area in which all is drawn. */
  async function correct(): Promise<void> {
    const [{ id }] = JSON.parse((await running.ask('/api/slides')).body.toString());
    const polygons = [[[20, 30, 400, 30, 400, 500, 20, 500]]];
    const object = { id: 'c0ffee00-0000-4000-8000-000000000001', class: 'complete', polygons };
    const edit = { kind: 'change', label: 'complete area', changes: [{ kind: 'put', object }] };
    const origin = `http://127.0.0.1:${running.studio.port}`;
    const headers = { 'content-type': 'application/json', 'if-match': '"0"', origin };
    const answer = await running.ask(`/api/slides/${id}/edits`, {
      method: 'POST',
      headers,
      body: JSON.stringify(edit),
    });
    expect(answer.status).toBe(201);
  }

  const text = () => browser.evaluate("document.querySelector('.jobs').innerText");
  const click = (label: string) =>
    browser.evaluate(
      `[...document.querySelectorAll('.jobs button')].find((one) => one.textContent.trim() === ${JSON.stringify(label)}).click()`,
    );
  const sees = (words: string) =>
    until(browser, `document.querySelector('.jobs').innerText.includes(${JSON.stringify(words)})`);
  const show = async (name: string): Promise<void> => {
    if (shots === undefined) return;
    await mkdir(shots, { recursive: true });
    await writeFile(join(shots, `jobs-${name}.png`), await browser.screenshot('window'));
  };

  it('says what a training would do, starts it, and shows its curves', async () => {
    await sees('Labelled objects');
    expect(await text()).toMatch(/Learns from\s*1 slide\s*Labelled objects\s*3\s*Complete areas\s*1/);
    expect(await text()).toMatch(/Only one slide has complete areas: nothing validates/);
    expect(await text()).toMatch(/Takes\s*about 2 minutes/);
    await show('plan-1440-light');
    await click('Start');
    await until(browser, "document.querySelectorAll('.curve svg').length === 2");
    await browser.evaluate("document.querySelector('.side-panel').scrollTop = 1e6");
    await show('running-1440-light');
    await sees('Compare with the old prediction');
    expect(await browser.evaluate("document.querySelector('.curve svg').getAttribute('aria-label')")).toMatch(
      /Loss by epoch: 1\.000 after epoch 1, 0\.250 after epoch 4 of 4/,
    );
  });

  it('has nothing that keeps people out', async () => {
    await browser.evaluate("document.querySelector('.job details:last-of-type').open = true");
    await browser.evaluate(await readFile(path('../../../node_modules/axe-core/axe.min.js'), 'utf8'));
    const looks = [
      [1440, 900, 'light'],
      [1440, 900, 'dark'],
      [390, 844, 'light'],
      [390, 844, 'dark'],
    ] as const;
    // The first and the last.
    for (const [width, height, scheme] of few(looks, 3)) {
      await browser.look(width, height, scheme);
      if (width < 820) await browser.evaluate("document.querySelector('.panel.side').dataset.open = 'true'");
      // Colours change with the scheme, and drawers slide.
      await new Promise((done) => setTimeout(done, 300));
      await show(`done-${width}-${scheme}`);
      const found = await browser.evaluate(
        "axe.run('.side').then(({ violations }) => violations.map(({ id, impact, nodes }) => [id, impact, nodes[0].html]))",
      );
      expect(found).toEqual([]);
    }
    await browser.look(1440, 900, 'light');
  });

  it('compares with the old prediction, and deletes only when asked twice', async () => {
    await click('Compare with the old prediction');
    await until(browser, "document.querySelectorAll('.seadragon').length === 2");
    await browser.evaluate("document.querySelector('#tab-jobs').click()");
    await click('Delete');
    await sees('are deleted with it');
    await until(browser, "document.activeElement.textContent === 'Keep'");
    await click('Keep');
    await click('Delete');
    await click('Delete for good');
    await until(browser, "document.querySelector('.job') === null");
    expect(JSON.parse((await running.ask('/api/session')).body.toString()).predictions).toHaveLength(1);
  });

  it('says why nothing can be started', async () => {
    await browser.evaluate(
      "{ const field = document.querySelector('.jobs input[type=number]'); field.value = 777; field.dispatchEvent(new Event('input', { bubbles: true })); }",
    );
    await sees('777 epochs are refused here');
    expect(await browser.evaluate("document.querySelector('.jobs button[type=submit]').disabled")).toBe(true);
  });
});
