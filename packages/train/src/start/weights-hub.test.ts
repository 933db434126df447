import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchHubWeights, hubFile, isHubId } from './weights-hub.js';

const content = randomBytes(100_000);
const sha256 = createHash('sha256').update(content).digest('hex');
const id = 'timm/tiny.test';

let cache = '';
let server: Server | undefined;
const ranges: (string | undefined)[] = [];

/** A hub: the first answer has the checksum and sends on to the bytes, as the real one does. */
const hub =
  (options: { breakAt?: number; digest?: string } = {}): RequestListener =>
  (request, response) => {
    if (request.url === `/${id}/resolve/main/model.safetensors`) {
      response.writeHead(302, { location: '/bytes', 'x-linked-etag': `"${options.digest ?? sha256}"` }).end();
      return;
    }
    if (request.url !== '/bytes') {
      response.writeHead(404).end();
      return;
    }
    ranges.push(request.headers.range);
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = content.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': rest.length });
    if (options.breakAt === undefined) response.end(rest);
    else response.write(rest.subarray(0, options.breakAt), () => setTimeout(() => response.destroy(), 100));
  };

async function listen(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const close = (): Promise<void> =>
  new Promise((resolve) => {
    server?.closeAllConnections();
    if (server === undefined) resolve();
    else server.close(() => resolve());
    server = undefined;
  });

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'ftuseg-hub-'));
  ranges.length = 0;
});
afterEach(async () => {
  await close();
  await rm(cache, { recursive: true, force: true });
});

describe('fetchHubWeights', () => {
  it('downloads once and then takes what is in the cache', async () => {
    const endpoint = await listen(hub());
    const path = await fetchHubWeights(id, { endpoint, cache });
    expect((await readFile(path)).equals(content)).toBe(true);
    await close();
    expect(await fetchHubWeights(id, { endpoint, cache })).toBe(path);
  });

  it('goes on where a download broke off', async () => {
    const broken = await listen(hub({ breakAt: 40_000 }));
    await expect(fetchHubWeights(id, { endpoint: broken, cache })).rejects.toMatchObject({ code: 'unavailable' });
    await close();
    const endpoint = await listen(hub());
    const path = await fetchHubWeights(id, { endpoint, cache });
    expect((await readFile(path)).equals(content)).toBe(true);
    expect(ranges.at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it('refuses bytes that are not what the hub has, and does not keep them', async () => {
    const endpoint = await listen(hub({ digest: 'a'.repeat(64) }));
    await expect(fetchHubWeights(id, { endpoint, cache })).rejects.toThrow(/checksum differs/);
    await close();
    const good = await listen(hub());
    const path = await fetchHubWeights(id, { endpoint: good, cache });
    expect((await readFile(path)).equals(content)).toBe(true);
    await writeFile(join(dirname(path), 'untouched'), '');
  });

  it('takes the revision that is asked for', async () => {
    const asked: (string | undefined)[] = [];
    const endpoint = await listen((request, response) => {
      asked.push(request.url);
      response.writeHead(404).end();
    });
    const wanted = fetchHubWeights(id, { endpoint, cache, revision: 'abc' });
    await expect(wanted).rejects.toMatchObject({ code: 'not-found' });
    expect(asked).toEqual([`/${id}/resolve/abc/model.safetensors`]);
  });

  it('lets several processes begin the same download', async () => {
    const broken = await listen(hub({ breakAt: 30_000 }));
    await expect(fetchHubWeights(id, { endpoint: broken, cache })).rejects.toMatchObject({ code: 'unavailable' });
    await close();
    const endpoint = await listen(hub());
    const paths = await Promise.all([1, 2, 3].map(() => fetchHubWeights(id, { endpoint, cache })));
    for (const path of paths) expect((await readFile(path)).equals(content)).toBe(true);
  });

  it('keeps nothing that is no weights file where the server gives no checksum', async () => {
    const endpoint = await listen((_, response) => void response.writeHead(200).end('<html>sign in first</html>'));
    await expect(fetchHubWeights(id, { endpoint, cache })).rejects.toThrow(/no weights file/);
    expect(await readdir(join(cache, 'weights', 'timm--tiny.test'))).toEqual([]);
  });

  it('takes a file that somebody put into the cache', async () => {
    const { path } = hubFile(id, { cache });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    expect(await fetchHubWeights(id, { endpoint: 'http://127.0.0.1:1', cache })).toBe(path);
  });

  it('says what to do without a network, and for an id that is not there', async () => {
    const endpoint = 'http://127.0.0.1:1';
    await expect(fetchHubWeights(id, { endpoint, cache })).rejects.toThrow(
      /timm\/tiny\.test: the weights could not be downloaded .*download http.*model\.safetensors elsewhere and put it at .*timm--tiny\.test\/model\.safetensors$/,
    );
    const open = await listen(hub());
    await expect(fetchHubWeights('timm/other', { endpoint: open, cache })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('isHubId', () => {
  it.each([
    ['timm/efficientnet_b0.ra_in1k', true],
    ['runs/first.safetensors', false],
    ['weights.npz', false],
    ['a/b/c', false],
    ['../up', false],
  ])('%s: %s', (text, expected) => {
    expect(isHubId(text)).toBe(expected);
  });
});
