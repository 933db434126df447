/** A studio that listens, and a client that can say what browsers would not. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type Raster, raster } from '@ftuseg/core';
import { writePyramid } from '@ftuseg/slide';
import { type Studio, type StudioOptions, startStudio } from '../src/index.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

export interface Ask {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Buffer | string | undefined;
}

export interface RunningStudio {
  readonly studio: Studio;
  readonly notes: readonly string[];
  /** For one more browser. */
  readonly addresses: readonly string[];
  /** The path goes out letter by letter as it is given, with the cookie of a browser that came in. */
  readonly ask: (path: string, options?: Ask) => Promise<Answer>;
  readonly json: (path: string) => Promise<unknown>;
  /** Without a cookie. */
  readonly stranger: (path: string, options?: Ask) => Promise<Answer>;
  /** Sends bytes and gives back all that comes until the server ends the connection. */
  readonly raw: (text: string) => Promise<string>;
  readonly cookie: string;
  readonly close: () => Promise<void>;
}

function ask(port: number, path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let got = '';
    socket.on('data', (part) => {
      got += part.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(got));
  });
}

export async function runStudio(options: Partial<StudioOptions>): Promise<RunningStudio> {
  const notes: string[] = [];
  const addresses: string[] = [];
  const page = await mkdtemp(join(tmpdir(), 'ftuseg-studio-page-'));
  await writeFile(join(page, 'index.html'), '<!doctype html><title>page</title>');
  const abort = new AbortController();
  const studio = await startStudio({
    input: undefined,
    ftu: ['ftu'],
    version: '0.0.0',
    signal: abort.signal,
    page,
    onNote: (note) => notes.push(note),
    onAddress: (address) => addresses.push(address),
    ...options,
  });
  const { port } = studio;
  const { pathname, search } = new URL(studio.address);
  const first = await ask(port, `${pathname}${search}`);
  const [set = ''] = [first.headers['set-cookie']].flat();
  const cookie = set.split(';')[0] ?? '';
  const own: RunningStudio['ask'] = (path, more = {}) =>
    ask(port, path, { ...more, headers: { cookie, ...more.headers } });
  return {
    studio,
    notes,
    addresses,
    cookie,
    ask: own,
    json: async (path) => JSON.parse((await own(path)).body.toString()),
    stranger: (path, more) => ask(port, path, more),
    raw: (text) => raw(port, text),
    close: async () => {
      abort.abort('SIGINT');
      await studio.close();
      await rm(page, { recursive: true, force: true });
    },
  };
}

/** Colours that change slowly, and light that changes from pixel to pixel and from block to block: a tile in the wrong place is found at every level. */
export function picture(width: number, height: number): Raster {
  const data = new Uint8Array(width * height * 3);
  const random = createRandom(5);
  const grain = Float64Array.from({ length: 4099 }, () => random.next() - 0.5);
  const light = (x: number, y: number, side: number): number =>
    grain[(Math.floor(x / side) * 613 + Math.floor(y / side) * 2017 + side) % grain.length] ?? 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const shade = 24 * light(x, y, 1) + 40 * light(x, y, 9) + 40 * light(x, y, 70) + 20 * Math.cos(y / 171);
      for (let c = 0; c < 3; c++) data[3 * (y * width + x) + c] = 128 + 30 * Math.sin(x / 200 + c) + shade;
    }
  }
  return raster(width, height, 3, data);
}

export async function writeSlide(path: string, { width, height }: { width: number; height: number }): Promise<void> {
  await writePyramid(path, { width, height, channels: 3, tileSize: 128, micronsPerPixel: 0.5 }, [
    picture(width, height),
  ]);
}
