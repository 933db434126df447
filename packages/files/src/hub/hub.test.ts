import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchHubFile, hubFile, isHubId } from './hub.js';

const content = randomBytes(100_000);
const sha256 = createHash('sha256').update(content).digest('hex');
const id = 'timm/tiny.test';

let cache = '';
let server: Server | undefined;
const ranges: (string | undefined)[] = [];

/** Waits until the client has written something of what it got. */
async function whenKept(): Promise<void> {
  const partial = `${hubFile(id, { cache }).path}.part`;
  while (((await stat(partial).catch(() => undefined))?.size ?? 0) === 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

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
    else response.write(rest.subarray(0, options.breakAt), () => void whenKept().then(() => response.destroy()));
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

describe('fetchHubFile', () => {
  it('downloads once and then takes what is in the cache', async () => {
    const endpoint = await listen(hub());
    const path = await fetchHubFile(id, { endpoint, cache });
    expect((await readFile(path)).equals(content)).toBe(true);
    await close();
    expect(await fetchHubFile(id, { endpoint, cache })).toBe(path);
  });

  it('goes on where a download broke off', async () => {
    const broken = await listen(hub({ breakAt: 40_000 }));
    await expect(fetchHubFile(id, { endpoint: broken, cache })).rejects.toMatchObject({ code: 'unavailable' });
    await close();
    const endpoint = await listen(hub());
    const path = await fetchHubFile(id, { endpoint, cache });
    expect((await readFile(path)).equals(content)).toBe(true);
    expect(ranges.at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it('refuses bytes that are not what the hub has, and does not keep them', async () => {
    const endpoint = await listen(hub({ digest: 'a'.repeat(64) }));
    await expect(fetchHubFile(id, { endpoint, cache })).rejects.toThrow(/checksum differs/);
    await close();
    const good = await listen(hub());
    const path = await fetchHubFile(id, { endpoint: good, cache });
    expect((await readFile(path)).equals(content)).toBe(true);
    await writeFile(join(dirname(path), 'untouched'), '');
  });

  it('takes the file that is asked for', async () => {
    const asked: (string | undefined)[] = [];
    const endpoint = await listen((request, response) => {
      asked.push(request.url);
      response.writeHead(200).end('x');
    });
    const path = await fetchHubFile(id, { endpoint, cache, file: 'model.onnx' });
    expect(asked).toEqual([`/${id}/resolve/main/model.onnx`]);
    expect(path.endsWith('timm--tiny.test/model.onnx')).toBe(true);
  });

  it('takes the revision that is asked for', async () => {
    const asked: (string | undefined)[] = [];
    const endpoint = await listen((request, response) => {
      asked.push(request.url);
      response.writeHead(404).end();
    });
    const wanted = fetchHubFile(id, { endpoint, cache, revision: 'abc' });
    await expect(wanted).rejects.toMatchObject({ code: 'not-found' });
    expect(asked).toEqual([`/${id}/resolve/abc/model.safetensors`]);
  });

  it('lets several processes begin the same download', async () => {
    const broken = await listen(hub({ breakAt: 30_000 }));
    await expect(fetchHubFile(id, { endpoint: broken, cache })).rejects.toMatchObject({ code: 'unavailable' });
    await close();
    const endpoint = await listen(hub());
    const paths = await Promise.all([1, 2, 3].map(() => fetchHubFile(id, { endpoint, cache })));
    for (const path of paths) expect((await readFile(path)).equals(content)).toBe(true);
  });

  it('keeps nothing that the caller refuses where the server gives no checksum', async () => {
    const endpoint = await listen((_, response) => void response.writeHead(200).end('<html>sign in first</html>'));
    const verify = async (path: string): Promise<void> => {
      const text = await readFile(path, 'utf8');
      if (text.startsWith('<')) throw new FtuError('bad-input', 'this is a page');
    };
    await expect(fetchHubFile(id, { endpoint, cache, verify })).rejects.toThrow(/not the file .*: this is a page/);
    expect(await readdir(join(cache, 'weights', 'timm--tiny.test'))).toEqual([]);
  });

  it('takes a file that somebody put into the cache', async () => {
    const { path } = hubFile(id, { cache });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    expect(await fetchHubFile(id, { endpoint: 'http://127.0.0.1:1', cache })).toBe(path);
  });

  it('says what to do without a network, and for an id that is not there', async () => {
    const endpoint = 'http://127.0.0.1:1';
    await expect(fetchHubFile(id, { endpoint, cache })).rejects.toThrow(
      /timm\/tiny\.test: the file could not be downloaded .*download http.*model\.safetensors elsewhere and put it at .*timm--tiny\.test\/model\.safetensors$/,
    );
    const open = await listen(hub());
    await expect(fetchHubFile('timm/other', { endpoint: open, cache })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('isHubId', () => {
  it.each([
    ['timm/efficientnet_b0.ra_in1k', true],
    ['runs/first.safetensors', false],
    ['weights.npz', false],
    ['runs/model.onnx', false],
    ['a/b/c', false],
    ['../up', false],
  ])('%s: %s', (text, expected) => {
    expect(isHubId(text)).toBe(expected);
  });
});
