/**
 * Whole slides in the page without a server, against `ftu predict`: the same objects, nothing sent, and what it takes.
 * `FTUSEG_PAGE_SLIDES=a.svs,b.tif npx vitest run packages/studio/tests/local-whole.test.ts` predicts slides of one's own and prints the figures;
 * FTUSEG_PAGE_MODEL=model.onnx does so with another network than the starter model.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { STARTER_MODEL } from '@ftuseg/folders';
import { openSlide } from '@ftuseg/slide';
import { writeSyntheticSlide } from '@ftuseg/synth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { findChromium } from '../../../tests/chromium.js';
import { long } from '../../../tests/long.js';
import { compareObjects, objectsIn } from './page/compare-objects.js';
import { type LocalPage, localPage, press } from './page/local-page.js';
import { areaByShoelace } from './tools/independent.js';

const binary = findChromium();
const run = promisify(execFile);
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const program = at('../../cli/bin/ftu.js');
const real = at('../../../../shared/data/slides/pathml/small_HE.svs');
const chosen = process.env.FTUSEG_PAGE_SLIDES?.split(',').filter((path) => path !== '');
/** Made here: the real slide at hand shows another organ, and what is to be found in it is nothing. */
const MADE = 'a synthetic slide';
const slides = chosen ?? [MADE, ...(existsSync(real) ? [real] : [])];
const model = process.env.FTUSEG_PAGE_MODEL ?? STARTER_MODEL;
const patience = 3_600_000;

/** Memory of the tab and its workers that belongs to nobody else, megabytes. @param browser its process, whose descendants are looked at */
async function memoryOf(browser: number): Promise<number> {
  const read = (pid: number, name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map<number, number>();
  for (const pid of pids) parents.set(pid, Number(/^PPid:\s+(\d+)$/m.exec(await read(pid, 'status'))?.[1]));
  const isOurs = (pid: number | undefined): boolean =>
    pid !== undefined && pid > 1 && (pid === browser || isOurs(parents.get(pid)));
  let kilobytes = 0;
  for (const pid of pids.filter(isOurs)) {
    if (!(await read(pid, 'cmdline')).includes('--type=renderer')) continue;
    const rollup = await read(pid, 'smaps_rollup');
    for (const [, value] of rollup.matchAll(/^Private_\w+:\s+(\d+) kB/gm)) kilobytes += Number(value);
  }
  return kilobytes / 1024;
}

/** Presses the button, and notes in the page when the run that it starts is over: looking from here would be late by as long as one waits between two looks. */
const TIMED = `(() => {
  const began = performance.now();
  globalThis.timed = { seconds: undefined };
  let isSeen = false;
  new MutationObserver((_, observer) => {
    const isThere = document.querySelector('.job') !== null;
    if (isSeen && !isThere) {
      globalThis.timed.seconds = (performance.now() - began) / 1000;
      observer.disconnect();
    }
    isSeen ||= isThere;
  }).observe(document.body, { childList: true, subtree: true });
  ${press('Predict')};
})()`;
/** What the page shows of a run. */
const RUN = `({
  run: document.querySelector('.job')?.dataset.state ?? '',
  text: document.querySelector('.job')?.innerText ?? '',
  seen: document.querySelector('.seen-first') !== null,
  open: document.querySelector('.scale-bar') !== null,
  seconds: globalThis.timed?.seconds ?? null,
})`;
const shown = z.object({
  run: z.string(),
  text: z.string(),
  seen: z.boolean(),
  open: z.boolean(),
  seconds: z.number().nullable(),
});

// Long: `tests/examples.test.ts` compares a page with Node on a small slide, and `local.test.ts` this page with what is on it.
const isWanted = binary !== undefined && (long || chosen !== undefined);
describe.runIf(isWanted)('whole slides in the page (need chromium: make browser)', () => {
  let page: LocalPage;
  let out = '';
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'ftuseg-whole-'));
    if (chosen === undefined) {
      const size = { slideWidth: 900, slideHeight: 700, micronsPerPixel: 1, seed: 4 };
      await writeSyntheticSlide({ ...size, path: join(out, 'made.tif') });
    }
    page = await localPage(binary ?? '', [model]);
    await page.load();
  }, 300_000);
  afterAll(async () => {
    await page?.close();
    await rm(out, { recursive: true, force: true });
  });

  it.each(slides)(
    '%s: the objects of ftu predict',
    async (name) => {
      const path = name === MADE ? join(out, 'made.tif') : name;
      const stem = basename(path, extname(path));
      const began = performance.now();
      const there = join(out, stem);
      await run(process.execPath, [
        program,
        'predict',
        '--model',
        model,
        '--slides',
        path,
        '--out',
        there,
        '--views',
        'none',
        '--threads',
        '2',
      ]);
      const node = (performance.now() - began) / 1000;
      const before = page.asked.length;
      const kept = await page.browser.evaluate("document.querySelectorAll('.slide-item').length");
      await page.choose('Slide files', path);
      await page.until(`document.querySelectorAll('.slide-item').length === ${Number(kept) + 1}`);
      await page.browser.evaluate(
        "[...document.querySelectorAll('.slide-item')].at(-1).querySelector('button, a')?.click()",
      );
      await page.until("document.querySelector('.scale-bar') !== null", 120);
      await page.click('Predict');
      await page.until("document.querySelector('form.group .model') !== null");

      const pressed = performance.now();
      await page.browser.evaluate(TIMED);
      let [first, most, whole] = [Number.NaN, 0, Number.NaN];
      for (let look = 0; ; look++) {
        const now = shown.parse(await page.browser.evaluate(RUN));
        if (now.seen && Number.isNaN(first)) first = (performance.now() - pressed) / 1000;
        // Whoever looks takes from the processors that the page computes on: some 50 ms for the memory of all processes.
        if (look % 10 === 0) most = Math.max(most, await memoryOf(page.browser.child.pid ?? 0));
        expect(now.run, now.text).not.toBe('failed');
        if (now.seconds !== null) {
          whole = now.seconds;
          break;
        }
        await new Promise((done) => setTimeout(done, now.seen ? 500 : 100));
      }

      await page.click('Export');
      await page.click('This slide as GeoJSON for QuPath');
      const ours = objectsIn((await page.downloaded(`${stem}.geojson`)).toString());
      const theirs = objectsIn(await readFile(join(there, 'geojson', `${stem}.geojson`), 'utf8'));
      if (name === MADE) expect(theirs.length).toBeGreaterThan(0);
      expect(ours).toHaveLength(theirs.length);
      const { ious, different } = compareObjects(ours, theirs);
      const apart = ours
        .filter((_, i) => (ious[i] ?? 0) < 0.99)
        .map(({ polygons }) => Math.round(areaByShoelace(polygons)));
      const slide = await openSlide(path);
      const share = different / (slide.width * slide.height);
      await slide.close();
      console.log(
        `${stem}: ${ours.length} objects, least IoU ${Math.min(1, ...ious).toFixed(4)} (below 0.99: ${apart.length}, of ${apart.join(', ') || 'no'} pixels), ${share.toExponential(1)} of the pixels differ; ` +
          `in view after ${first.toFixed(1)} s, whole ${whole.toFixed(1)} s, ftu predict ${node.toFixed(1)} s; at most ${most.toFixed(0)} MB`,
      );
      expect(Math.min(1, ...ious)).toBeGreaterThanOrEqual(0.99);
      expect(share).toBeLessThan(1e-4);
      expect(most).toBeGreaterThan(50);
      expect(most).toBeLessThan(1500);
      expect(page.asked.slice(before)).toEqual([]);
    },
    patience,
  );
});
