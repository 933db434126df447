import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTiffSlide } from '../formats/tiff/tiff-slide.js';
import { openSlide } from '../index.js';
import { nodeRuntime } from '../node-runtime.node.js';
import { areaShrinker } from '../shrink/shrinker.js';
import { blobSource } from './blob-source.js';
import { openHttpSource } from './http-source.js';

const fixture = fileURLToPath(new URL('../../tests/fixtures/pyramid-pages.tif', import.meta.url));
let content: Buffer;
let server: Server;
let base = '';

type Answer = (range: [number, number], response: ServerResponse, request: IncomingMessage) => void;

const send = (
  response: ServerResponse,
  [first, last]: [number, number],
  data: Uint8Array,
  size = content.length,
): void => {
  response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${size}`, 'content-length': data.length });
  response.end(data);
};

/** Requests that some paths have had. */
let lost = 0;

/** One way to answer per path. */
const answers: Readonly<Record<string, Answer>> = {
  '/good.tif': (range, response) => send(response, range, content.subarray(range[0], range[1] + 1)),
  '/ignores.tif': (_, response) => response.writeHead(200).end(content),
  '/shifts.tif': ([first, last], response) => send(response, [first + 1, last], content.subarray(first + 1, last + 1)),
  '/truncates.tif': ([first, last], response) => {
    response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${content.length}` });
    response.end(content.subarray(first, first + 100));
  },
  '/floods.tif': ([first, last], response) => {
    response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${content.length}` });
    response.end(Buffer.concat([content, content]));
  },
  '/stalls.tif': ([first, last], response) => {
    response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${content.length}` });
    response.write(content.subarray(0, 10));
  },
  '/silent.tif': () => undefined,
  '/broken.tif': (_, response) => response.writeHead(500).end(),
  '/private.tif': (range, response, { headers }) =>
    headers.authorization === 'secret'
      ? answers['/good.tif']?.(range, response, {} as IncomingMessage)
      : response.writeHead(403).end(),
  '/empty.tif': (_, response) => response.writeHead(416, { 'content-range': 'bytes */0' }).end(),
  '/hangs-up.tif': (_, response) => response.destroy(),
  '/flaky.tif': (range, response) => {
    if (lost++ % 3 < 2) response.destroy();
    else send(response, range, content.subarray(range[0], range[1] + 1));
  },
  '/cut.tif': (range, response) => {
    const data = content.subarray(range[0], range[1] + 1);
    if (lost++ % 2 === 1) return send(response, range, data);
    response.writeHead(206, {
      'content-range': `bytes ${range[0]}-${range[1]}/${content.length}`,
      'content-length': data.length,
    });
    response.write(data.subarray(0, 50), () => response.destroy());
  },
  '/busy.tif': (range, response) => {
    if (lost++ % 2 === 0) response.writeHead(503, { 'retry-after': '0' }).end();
    else send(response, range, content.subarray(range[0], range[1] + 1));
  },
  '/text.tif': ([first], response) => send(response, [first, 10], Buffer.from('hello world'), 11),
};

beforeAll(async () => {
  content = await readFile(fixture);
  server = createServer((request, response) => {
    const [, first = '0', last = '0'] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [];
    const answer = answers[request.url ?? ''];
    if (answer === undefined) response.writeHead(404).end();
    else answer([Number(first), Math.min(Number(last), content.length - 1)], response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const whole = { x: 0, y: 0, width: 83, height: 61, downsample: 1 };

describe('a slide on a server', () => {
  it('gives the pixels of the file', async () => {
    const [remote, local] = [await openSlide(`${base}/good.tif`), await openSlide(fixture)];
    expect(remote.levels).toEqual(local.levels);
    for (const region of [whole, { ...whole, x: 20, y: 10, width: 40, height: 40, downsample: 2 }]) {
      const [theirs, ours] = [await remote.readRegion(region), await local.readRegion(region)];
      expect(Buffer.compare(theirs.data, ours.data)).toBe(0);
    }
    await Promise.all([remote.close(), local.close()]);
  });

  it.each(['/flaky.tif', '/cut.tif', '/busy.tif'])(
    'is read over lost connections and from a busy server: %s',
    async (path) => {
      lost = 0;
      const [remote, local] = [await openSlide(`${base}${path}`, { pause: 5 }), await openSlide(fixture)];
      expect((await remote.readRegion(whole)).data).toEqual((await local.readRegion(whole)).data);
      expect(lost).toBeGreaterThan(1);
      await Promise.all([remote.close(), local.close()]);
    },
  );

  it('asks once for what lies together, and keeps it', async () => {
    const source = await openHttpSource(`${base}/good.tif`);
    expect(source.traffic).toEqual({ requests: 1, bytes: content.length });
    expect(Buffer.compare(await source.read(5, 1000), content.subarray(5, 1005))).toBe(0);
    expect(source.traffic.requests).toBe(1);
    await expect(source.read(content.length - 1, 2)).rejects.toMatchObject({ code: 'bad-input' });
    await source.close();
  });

  it('reads more at one time than it keeps', async () => {
    const size = 60 << 20;
    let asked = 0;
    /** Those of the file: a number for each piece of 64 KiB. */
    const bytesFrom = (offset: number, length: number): Uint8Array<ArrayBuffer> => {
      const out = new Uint8Array(length);
      for (let piece = offset >> 16; piece << 16 < offset + length; piece++) {
        out.fill(piece % 251, Math.max(0, (piece << 16) - offset), ((piece + 1) << 16) - offset);
      }
      return out;
    };
    const pretend: typeof fetch = async (_, init) => {
      asked++;
      const [, first = '0', last = '0'] = /bytes=(\d+)-(\d+)/.exec(new Headers(init?.headers).get('range') ?? '') ?? [];
      const data = bytesFrom(Number(first), Number(last) - Number(first) + 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      return new Response(data, { status: 206, headers: { 'content-range': `bytes ${first}-${last}/${size}` } });
    };
    const source = await openHttpSource('http://pretend/slide.tif', { fetch: pretend });
    // Each lies on three of the pieces that are fetched, all of them under way together.
    const offsets = Array.from({ length: 300 }, (_, i) => 3 * (i << 16) + 9);
    const parts = await Promise.all(offsets.map((offset) => source.read(offset, 150_000)));
    for (const [i, offset] of offsets.entries()) {
      expect(Buffer.compare(parts[i] ?? new Uint8Array(), bytesFrom(offset, 150_000))).toBe(0);
    }
    expect(asked).toBe(301);
  });

  it.each([
    ['/ignores.tif', 'io', 'ignores range requests'],
    ['/shifts.tif', 'io', 'another range'],
    ['/truncates.tif', 'io', 'cut off after 100 of'],
    ['/floods.tif', 'io', 'sent more than'],
    ['/stalls.tif', 'io', 'within 0.4 s'],
    ['/silent.tif', 'io', 'within 0.4 s'],
    ['/broken.tif', 'io', 'answered 500'],
    ['/private.tif', 'io', 'refuses access (403)'],
    ['/empty.tif', 'bad-input', 'empty'],
    ['/hangs-up.tif', 'io', 'the request failed'],
    ['/missing.tif', 'not-found', 'no such file on the server'],
  ])('says what is wrong with %s', async (path, code, problem) => {
    const began = performance.now();
    const opening = openSlide(`${base}${path}`, { timeout: 400, pause: 10 });
    await expect(opening).rejects.toMatchObject({ code, subject: `${base}${path}` });
    await expect(opening).rejects.toThrow(problem);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('sends headers, refuses what is no TIFF, and can be cancelled', async () => {
    const slide = await openSlide(`${base}/private.tif`, { headers: { authorization: 'secret' } });
    await slide.close();
    await expect(openSlide(`${base}/text.tif`)).rejects.toThrow('only TIFF slides');
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    await expect(openHttpSource(`${base}/silent.tif`, { signal: abort.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('a Blob', () => {
  it('gives the pixels of the file', async () => {
    const source = blobSource(new Blob([content]), 'chosen.tif');
    const slide = await openTiffSlide(source, { ...nodeRuntime, makeShrinker: areaShrinker });
    const local = await openSlide(fixture);
    const region = { ...whole, downsample: 2.5 };
    expect(Buffer.compare((await slide.readRegion(region)).data, (await local.readRegion(region)).data)).toBe(0);
    await expect(source.read(content.length, 1)).rejects.toThrow('chosen.tif');
    await local.close();
  });
});
