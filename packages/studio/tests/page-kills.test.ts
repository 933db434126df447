/**
 * The page's browser is killed at random moments while a hand draws: what the page called saved is on the server, and in the next browser.
 * `FTUSEG_PAGE_KILLS=200 npx vitest run packages/studio/tests/page-kills.test.ts` kills as often as is wanted.
 */
import { createRandom } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findChromium } from '../../../tests/chromium.js';
import { long } from '../../../tests/long.js';
import { type OpenStudio, openStudio, until } from './tools/open-studio.js';

const binary = findChromium();
const KILLS = Number(process.env.FTUSEG_PAGE_KILLS ?? 2);
/** Milliseconds from the first stroke to the kill, at most. */
const WITHIN = 3000;

const ids = z.object({ features: z.array(z.object({ id: z.string() })) });
/** What a person reads at one moment. */
const shown = z.object({ saving: z.string(), objects: z.string() });
const READ = `({
  saving: document.querySelector('.saving')?.dataset.state + ' ' + document.querySelector('.saving')?.innerText,
  objects: document.querySelector('#objects-title')?.innerText ?? '',
})`;

const counted = (text: string): number => Number(/\((\d+)\)/.exec(text)?.[1] ?? Number.NaN);

describe.skipIf(binary === undefined)('a page that is killed', { timeout: KILLS * 30_000 }, () => {
  let studio: OpenStudio;
  beforeAll(async () => {
    studio = await openStudio(binary ?? '');
  }, 120_000);
  afterAll(() => studio.close());

  /** The list of objects is shown, and the tool that draws is chosen. */
  async function begin(objects: number): Promise<void> {
    const { browser } = studio;
    await browser.evaluate(`document.querySelector('#tab-objects').click()`);
    await until(browser, `document.querySelector('#objects-title')?.innerText.includes('(${objects})') === true`);
    await browser.press('o');
  }

  const onServer = async (): Promise<number> => ids.parse(await studio.kept()).features.length;

  /** Draws until the browser is gone; notes how many objects the page showed when it said that all is saved, and how many there may be. */
  async function draw(seed: number, saved: { objects: number; most: number }): Promise<void> {
    const random = createRandom(seed);
    const { browser } = studio;
    for (;;) {
      const [x, y] = [random.uniform(420, 950), random.uniform(180, 700)];
      await browser.drag([
        [x, y],
        [x + random.uniform(8, 60), y + random.uniform(8, 60)],
      ]);
      saved.most += 1;
      await new Promise((done) => setTimeout(done, random.uniform(0, 250)));
      const { saving, objects } = shown.parse(await browser.evaluate(READ));
      if (saving === 'saved all saved') saved.objects = Math.max(saved.objects, counted(objects));
    }
  }

  it.runIf(long || process.env.FTUSEG_PAGE_KILLS !== undefined)(
    `keeps what it called saved, ${KILLS} times`,
    async () => {
      const random = createRandom(KILLS);
      let before = 0;
      let sure = 0;
      await begin(0);
      for (let kill = 1; kill <= KILLS; kill++) {
        const saved = { objects: before, most: before };
        const drawing = draw(kill, saved).catch((error: unknown) => error);
        await new Promise((done) => setTimeout(done, random.uniform(100, WITHIN)));
        await studio.kill();
        expect(await drawing).toEqual(new Error('Chromium ended'));
        // What was under way when the browser died may still arrive.
        await new Promise((done) => setTimeout(done, 100));
        const there = await onServer();
        expect(there, `kill ${kill}`).toBeGreaterThanOrEqual(saved.objects);
        expect(there, `kill ${kill}`).toBeLessThanOrEqual(saved.most + 1);
        sure += saved.objects - before;
        await studio.restart();
        await begin(there);
        before = there;
      }
      // Otherwise nothing was tried.
      expect(sure).toBeGreaterThan(0);
      expect(studio.notes()).toEqual([]);
    },
  );
});
