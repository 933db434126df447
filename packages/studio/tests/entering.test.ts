/** The way in with a real browser, whose rules for cookies, origins and policies no other client has. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chromium, findChromium } from '../../../tests/chromium.js';
import { type RunningStudio, runStudio, writeSlide } from './running-studio.js';

const binary = findChromium();
const SECRET = 'a-secret-of-more-than-24-letters';

describe.skipIf(binary === undefined)('a browser (Chromium is not installed)', () => {
  let folder: string;
  let running: RunningStudio;
  let browser: Chromium;
  let elsewhere: Server;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-studio-entering-'));
    await writeSlide(join(folder, 'a.tif'), { width: 300, height: 200 });
    await mkdir(join(folder, 'page'));
    await writeFile(join(folder, 'page', 'index.html'), '<!doctype html><title>inside</title><h1>inside</h1>');
    const tokenFile = join(folder, 'token');
    await writeFile(tokenFile, SECRET, { mode: 0o600 });
    running = await runStudio({ input: join(folder, 'a.tif'), page: join(folder, 'page'), tokenFile });
    browser = await Chromium.launch(binary ?? '');
    elsewhere = createServer((request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      const to = new URL(request.url ?? '/', 'http://x').searchParams.get('to') ?? '';
      response.end(`<!doctype html><title>elsewhere</title><a id="link" href="${to}">studio</a>`);
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await browser.close();
    await running.close();
    elsewhere.close();
    await rm(folder, { recursive: true, force: true });
  });

  const title = (): Promise<unknown> => browser.evaluate('document.title');
  const status = (path: string, options = '{}'): Promise<unknown> =>
    browser.evaluate(`fetch(${JSON.stringify(path)}, ${options}).then(({ status }) => status, () => 'failed')`);
  const base = (): string => `http://127.0.0.1:${running.studio.port}`;

  it('without a token is asked for one, and comes in by the form', async () => {
    await browser.open(`${base()}/`);
    expect(await status('/api/session')).toBe(401);
    await browser.evaluate(
      `document.querySelector('input').value = '${SECRET}'; document.querySelector('button').click()`,
    );
    await expect.poll(title, { timeout: 10_000 }).toBe('inside');
    expect(await status('/api/session')).toBe(200);
    expect(await browser.evaluate('document.cookie')).toBe('');
  });

  it('comes in by a link on another site, and that site by nothing', async () => {
    const other = `http://localhost:${(elsewhere.address() as AddressInfo).port}/`;
    const address = running.addresses.at(-1) ?? '';
    await browser.open(`${other}?to=${encodeURIComponent(address)}`);
    // The cookie of the form is there: a request of this page must not get in with it.
    for (const options of [
      "{ mode: 'no-cors', credentials: 'include' }",
      "{ credentials: 'include' }",
      "{ method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}' }",
    ]) {
      expect(await status(`${base()}/api/session`, options)).toBe('failed');
    }
    await browser.evaluate("document.querySelector('#link').click()");
    await expect.poll(title, { timeout: 10_000 }).toBe('inside');
    expect(await browser.evaluate('location.search')).toBe('');
    expect(await status('/api/session')).toBe(200);
  });

  it('runs no script that the server did not send, and sends nothing away', async () => {
    await browser.open(`${base()}/`);
    await browser.evaluate(
      "document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }))",
    );
    expect(await browser.evaluate('window.ran === true')).toBe(false);
    const other = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    expect(await status(other, "{ mode: 'no-cors' }")).toBe('failed');
    expect(await browser.evaluate('window.crossOriginIsolated')).toBe(true);
  });
});
