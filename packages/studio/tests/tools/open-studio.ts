/** The whole studio for tests of tools: a server, the built page in a headless Chromium, and a slide without a prediction. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chromium } from '../../../../tests/chromium.js';
import { builtPage } from '../page/built-page.js';
import { runStudio, writeSlide } from '../running-studio.js';

export interface OpenStudio {
  /** Another one after `restart`. */
  readonly browser: Chromium;
  /** What the server noted; nothing is expected. */
  readonly notes: () => readonly string[];
  /** What the server keeps: objects by id, from the export for QuPath. */
  readonly kept: () => Promise<unknown>;
  /** Opens the page anew, as after a reload. */
  readonly reload: () => Promise<void>;
  /** Kills the browser as a machine does that runs out of memory. */
  readonly kill: () => Promise<void>;
  /** Another browser on the same studio, after `kill`. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export const SLIDE = { width: 1200, height: 900 };

/** Asks again until the page says so. @throws after 80 seconds, with what was asked */
export async function until(browser: Chromium, expression: string): Promise<void> {
  for (let tries = 0; tries < 1600; tries++) {
    if ((await browser.peek(expression)) === true) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`never true: ${expression}`);
}

export async function openStudio(binary: string): Promise<OpenStudio> {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-tools-'));
  const page = await builtPage('server', folder);
  const slide = join(folder, 'slide.tif');
  await writeSlide(slide, SLIDE);
  const running = await runStudio({ input: slide, page, work: join(folder, 'work') });
  let browser: Chromium;
  const ready = (): Promise<void> => until(browser, "document.querySelector('.seadragon canvas') !== null");
  const start = async (): Promise<void> => {
    browser = await Chromium.launch(binary, 'webgl');
    await browser.look(1440, 900);
    await browser.open(running.addresses.at(-1) ?? running.studio.address);
    await ready();
  };
  await start();
  const [{ id }] = JSON.parse((await running.ask('/api/slides')).body.toString());
  return {
    get browser() {
      return browser;
    },
    notes: () => running.notes,
    kept: () => running.json(`/api/slides/${id}/corrected.geojson`),
    reload: async () => {
      await browser.open(`http://127.0.0.1:${running.studio.port}/`);
      await ready();
    },
    kill: () => browser.close('SIGKILL'),
    restart: start,
    close: async () => {
      await browser.close();
      await running.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
