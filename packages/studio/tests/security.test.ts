import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStudio } from '../src/index.js';
import { type RunningStudio, runStudio, writeSlide } from './running-studio.js';

let folder: string;
let running: RunningStudio;
let slide: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-studio-security-'));
  await writeSlide(join(folder, 'a.tif'), { width: 300, height: 200 });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(folder, 'slides.csv'), 'id,image\na,a.tif\nlink,link.tif\n');
  await symlink('/etc/hostname', join(folder, 'link.tif'));
  const page = join(folder, 'page');
  await mkdir(join(page, 'assets'), { recursive: true });
  await writeFile(join(page, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(page, 'assets', 'a.js'), '1');
  await symlink(join(folder, 'secret.txt'), join(page, 'assets', 'link.txt'));
  await symlink(folder, join(page, 'assets', 'folder'));
  running = await runStudio({ input: join(folder, 'slides.csv'), page, headersMilliseconds: 300 });
  const [first] = (await running.json('/api/slides')) as { id: string }[];
  slide = first?.id ?? '';
});

afterAll(async () => {
  // The server is alive after all that was tried.
  expect((await running.ask('/api/session')).status).toBe(200);
  await running.close();
  await rm(folder, { recursive: true, force: true });
});

const status = async (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<number> =>
  (await running.ask(path, { headers, method })).status;

describe('the way in', () => {
  it('asks for the cookie everywhere', async () => {
    for (const path of [
      '/',
      '/api/session',
      '/api/slides',
      `/slides/${slide}.dzi`,
      '/assets/a.js',
      '/iiif/x/info.json',
    ]) {
      const answer = await running.stranger(path);
      expect([path, answer.status]).toEqual([path, 401]);
      expect(answer.body.toString()).not.toContain(slide);
    }
    expect((await running.stranger('/api/edits', { method: 'POST', body: '{}' })).status).toBe(401);
  });

  it('takes a token once, and only the cookie after that', async () => {
    const { address } = running.studio;
    const { pathname, search } = new URL(address);
    expect((await running.stranger(pathname + search)).status).toBe(403);
    expect((await running.stranger('/?token=')).status).toBe(403);
    expect((await running.stranger(`/?token=${'x'.repeat(43)}`)).status).toBe(403);
    expect((await running.stranger('/api/session', { headers: { cookie: 'ftu-studio=1' } })).status).toBe(401);
    // A reload of the first address by the browser that used it leads to the page.
    expect(await status(pathname + search)).toBe(303);
    const next = new URL(running.addresses.at(-1) ?? address);
    const entered = await running.stranger(next.pathname + next.search);
    expect(entered.status).toBe(200);
    expect(entered.headers['set-cookie']?.[0]).toMatch(
      /^ftu-studio-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it('has no bearer token and no form without a token file', async () => {
    expect((await running.stranger('/api/session', { headers: { authorization: 'Bearer undefined' } })).status).toBe(
      401,
    );
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await running.stranger('/sign-in', { method: 'POST', headers, body: 'token=' })).status).toBe(403);
  });

  it('says in every answer what the page may do', async () => {
    for (const path of ['/', '/api/session', '/nothing', `/slides/${slide}_files/0/0_0.jpg`]) {
      const { headers } = await running.ask(path);
      expect(headers['content-security-policy']).toContain("default-src 'self'");
      expect(headers['content-security-policy']).toContain("connect-src 'self'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('same-origin');
      expect(headers['cache-control']).toMatch(/no-store|no-cache|private/);
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('other sites', () => {
  it('are refused by the name that they call', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${running.studio.port}`,
      'localhost.evil.example',
      '127.0.0.1.evil.example',
    ]) {
      expect([host, await status('/api/session', { host })]).toEqual([host, 403]);
    }
    for (const head of [
      'HTTP/1.0\r\n',
      'HTTP/1.1\r\nHost:\r\nConnection: close\r\n',
      'HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n',
    ]) {
      expect(await running.raw(`GET /api/session ${head}\r\n`)).toMatch(/^HTTP\/1.1 40[03] /);
    }
    // Through a tunnel the port is another.
    expect(await status('/api/session', { host: 'localhost:9999' })).toBe(200);
  });

  it('are refused by their origin', async () => {
    const host = `127.0.0.1:${running.studio.port}`;
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:3000', `https://${host}`]) {
      expect([origin, await status('/api/slides', { host, origin }, 'POST')]).toEqual([origin, 403]);
      expect([origin, await status('/api/slides', { host, origin })]).toEqual([origin, 403]);
    }
    expect(await status('/api/slides', { host, origin: `http://${host}` })).toBe(200);
  });

  it('may link here, and nothing else', async () => {
    const from = (site: string, mode: string) => ({ 'sec-fetch-site': site, 'sec-fetch-mode': mode });
    expect(await status('/', from('cross-site', 'navigate'))).toBe(200);
    expect(await status('/', from('cross-site', 'navigate'), 'POST')).toBe(403);
    for (const site of ['cross-site', 'same-site']) {
      expect(await status('/api/session', from(site, 'no-cors'))).toBe(403);
      expect(await status(`/slides/${slide}_files/0/0_0.jpg`, from(site, 'no-cors'))).toBe(403);
    }
    expect(await status('/api/session', from('same-origin', 'cors'))).toBe(200);
  });
});

describe('addresses', () => {
  it('lead to nothing that is not meant', async () => {
    const outside = [
      '/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/%2e%2e%2fsecret.txt', '/assets/../../secret.txt',
      '/assets/%2e%2e/%2e%2e/secret.txt', '/assets/link.txt', '/assets/folder/secret.txt', '//secret.txt', '/secret.txt',
      '/index.html%00.js', '/%00', '/assets/a.js%00', '/C:\\secret.txt', '/....//secret.txt',
      '/slides/..%2f..%2fsecret.dzi', '/slides/a.dzi', `/slides/${slide}%00.dzi`, '/slides/../a.tif', '/api/slides/..', '/api/slides/%2e%2e',
      '/api/slides/a', '/api/slides/a%00', '/iiif/..%2fsecret/info.json', '/iiif/a/info.json', `/api/slides/${slide}/associated/label`,
    ]; // biome-ignore format: one word each
    for (const path of outside) {
      const answer = await running.ask(path);
      expect([path, [400, 403, 404].includes(answer.status)]).toEqual([path, true]);
      expect(answer.body.toString()).not.toContain('secret\n');
      expect(answer.body.toString()).not.toMatch(/^secret$/);
    }
    expect(await status('/assets/a.js')).toBe(200);
  });

  it('have numbers within bounds', async () => {
    const tiles = `/slides/${slide}_files`;
    for (const path of ['-1/0_0.jpg', '0/-1_0.jpg', '0/0_1e9.jpg', '1000000000/0_0.jpg', '0/1000000000_0.jpg', '0/0.5_0.jpg',
      'NaN/0_0.jpg', '0/0_0.png', '0/0_.jpg', '0/_.jpg', '0/99999999999999999999_0.jpg', '%00/0_0.jpg', '0/0_0.jpg%00']) {
      expect([path, await status(`${tiles}/${path}`)]).toEqual([path, 400]);
    } // biome-ignore format: one word each
    for (const path of ['99/0_0.jpg', '0/1_0.jpg', '9/9999999_0.jpg']) {
      expect([path, await status(`${tiles}/${path}`)]).toEqual([path, 404]);
    }
    for (const region of ['-1,0,128,128/128,128', '0,0,1000000000,128/128,128', '0,0,128/128,128', '1,0,128,128/128,128',
      '0,0,128,128/1000000000,', 'full/1000000000,1', 'full/7,7', 'square/max', 'pct:0,0,50,50/max']) {
      expect([region, await status(`/iiif/${slide}/${region}/0/default.jpg`)]).toEqual([region, 400]);
    } // biome-ignore format: one word each
    expect(await status(`/iiif/${slide}/full/max/90/default.jpg`)).toBe(400);
  });

  it('show a link in the table as the slide that it is not', async () => {
    const slides = (await running.json('/api/slides')) as { name: string; problem?: string }[];
    expect(slides.map(({ name, problem }) => [name, problem !== undefined])).toEqual([
      ['a', false],
      ['link', true],
    ]);
  });
});

describe('clients that cost', () => {
  it('sends away a body of 100 MB', async () => {
    const { port } = running.studio;
    const head = `POST /api/x HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${running.cookie}\r\nContent-Type: application/json\r\n`;
    expect(await running.raw(`${head}Content-Length: 104857600\r\nConnection: close\r\n\r\n{`)).toContain(' 413 ');
  });

  it('ends a connection that sends its header slowly', async () => {
    const began = performance.now();
    const socket = connect(running.studio.port, '127.0.0.1');
    const timer = setInterval(() => socket.write('X-A: b\r\n'), 100);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.on('close', resolve));
    clearInterval(timer);
    expect(performance.now() - began).toBeLessThan(8000);
  });

  it('refuses headers without end', async () => {
    expect(await running.raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`)).toContain(
      ' 431 ',
    );
  });

  it('answers what is no request with an error', async () => {
    expect(await running.raw('\0\0\0\r\n\r\n')).toContain(' 400 ');
  });
});

describe('the network', () => {
  const options = { input: '', ftu: [], version: '0', signal: new AbortController().signal, onNote: () => undefined };

  it('needs a token file that only its owner reads', async () => {
    const start = (tokenFile?: string) => startStudio({ ...options, host: '0.0.0.0', tokenFile });
    await expect(start()).rejects.toThrow('--host 0.0.0.0 opens the studio to the network, and needs --token-file');
    const path = join(folder, 'token');
    await writeFile(path, `${'k'.repeat(30)}\n`, { mode: 0o644 });
    await expect(start(path)).rejects.toThrow('others may read the token file (mode 644)');
    await writeFile(path, 'short');
    await chmod(path, 0o600);
    await expect(start(path)).rejects.toThrow('a token has 24 to 1000 letters');
    await expect(start(join(folder, 'no-token'))).rejects.toThrow('there is no such file');
  });

  it('comes in by the secret of the file, as often as it likes', async () => {
    const tokenFile = join(folder, 'secret-token');
    await writeFile(tokenFile, `${'s'.repeat(30)}\n`, { mode: 0o600 });
    const work = join(folder, 'work');
    const open = await runStudio({ input: join(folder, 'a.tif'), host: '0.0.0.0', tokenFile, work });
    const bearer = { authorization: `Bearer ${'s'.repeat(30)}` };
    expect((await open.stranger('/api/session', { headers: bearer })).status).toBe(200);
    expect((await open.stranger('/api/session', { headers: { authorization: 'Bearer s' } })).status).toBe(401);
    expect((await open.stranger('/')).body.toString()).toContain('<form method="post" action="/sign-in">');
    const post = (token: string) =>
      open.stranger('/sign-in', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `token=${token}`,
      });
    expect((await post('wrong')).status).toBe(403);
    expect((await post('s'.repeat(5000))).status).toBe(413);
    for (const _ of [1, 2]) expect((await post('s'.repeat(30))).headers['set-cookie']?.[0]).toContain('HttpOnly');
    expect((await open.stranger('/api/session', { headers: { host: 'evil.example', ...bearer } })).status).toBe(403);
    await open.close();
  });
});
