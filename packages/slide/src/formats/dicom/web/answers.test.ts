/** Servers that answer wrongly, and proxies before them: each ends in one sentence, and none gives a pixel of something else. */
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { PICTURE, TILE, wholeOf } from '../../../../tests/dicom/dicom-folder.js';
import {
  jsonOf,
  MULTIPART,
  multipart,
  type Override,
  type ServedSeries,
  serveSeries,
} from '../../../../tests/dicom/served-series.js';
import {
  planes,
  runLengths,
  type SlideFile,
  SYNTAX,
  slideElements,
  tilesOf,
} from '../../../../tests/dicom/slide-builder.mjs';
import { openSlide } from '../../../open-slide.node.js';
import { storedAs } from './stored-as.js';

const tiles = tilesOf(PICTURE, ...TILE);
const base: SlideFile = { width: 45, height: 31, tile: TILE, frameData: tiles };
const frame = (at: number): Uint8Array => tiles[at] ?? new Uint8Array(0);

let server: ServedSeries | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** What is said where a slide cannot be opened or read. */
async function problemOf(files: readonly SlideFile[], override: Override): Promise<string> {
  server = await serveSeries(files, override);
  const { address } = server;
  try {
    const slide = await openSlide(address, { pause: 1, timeout: 5000 });
    await wholeOf(slide).finally(() => slide.close());
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'crash';
    return `${code}: ${String(error instanceof Error ? error.message : error).replace(address, 'SERIES')}`;
  }
  return 'read';
}

const part = (at: number, more: { type?: string; location?: string; length?: number } = {}) => ({
  headers: { type: `application/octet-stream; transfer-syntax=${SYNTAX.explicit}`, ...more },
  data: frame(at),
});

/** Answers requests for several frames, or for all, in a way of its own. */
const frames =
  (answer: (response: ServerResponse, count: number) => void, which = /frames\/.*,/): Override =>
  (place, response) => {
    if (!which.test(place)) return false;
    answer(response, place.split(',').length);
    return true;
  };
const send = (...parts: Parameters<typeof multipart>): Override =>
  frames((response) => response.writeHead(200, MULTIPART).end(multipart(...parts)));
const first = (answer: (response: ServerResponse) => void): Override => frames(answer, /frames\/1$/);
const eight = tiles.slice(1).map((_, i) => part(i + 1));
const metadata =
  (answer: (response: ServerResponse) => void): Override =>
  (place, response) => {
    if (place === 'metadata') answer(response);
    return place === 'metadata';
  };
const json = (value: unknown, type = 'application/dicom+json'): Override =>
  metadata((response) => response.writeHead(200, { 'content-type': type }).end(JSON.stringify(value)));

function* endless(): Generator<Uint8Array> {
  for (;;) yield new Uint8Array(1 << 16);
}

describe('frames', () => {
  it.each<[string, Override, RegExp]>([
    ['too few', send(eight.slice(1)), /^io: .*it has 7 parts where 8 were asked for; the server or a proxy/],
    ['too many', send([...eight, part(0)]), /it has 9 parts where 8 were asked for/],
    [
      'of another place',
      send(eight.map((one, i) => ({ ...one, headers: { location: `/frames/${i + 1}` } }))),
      /frame 1 came for 2/,
    ],
    [
      'of another length',
      send(eight.map(({ data, headers }) => ({ data, headers: { ...headers, length: 5 } }))),
      /part 1 has 576 bytes, and says 5/,
    ],
    ['without an end', send(eight, ''), /(part 9 .*|part 9 does not begin as one|the headers of part 9 do not end)/],
    [
      'cut off',
      frames((response) => response.writeHead(200, MULTIPART).end(multipart(eight).subarray(0, 1500))),
      /part \d is cut off/,
    ],
    ['empty', send(eight.map(({ headers }) => ({ headers, data: new Uint8Array(0) }))), /frame \d is empty/],
    [
      'too small',
      send(eight.map((one) => ({ ...one, data: one.data.subarray(2) }))),
      /a frame has 574 bytes where 576 are needed/,
    ],
    [
      'in another syntax',
      send(eight.map((one) => ({ ...one, headers: { type: `image/jpeg; transfer-syntax=${SYNTAX.jpeg}` } }))),
      /frame \d came in another transfer syntax \(1.2.840.10008.1.2.4.50\) than the first \(1.2.840.10008.1.2.1\)/,
    ],
    [
      'without a boundary',
      frames((response) => response.writeHead(200, { 'content-type': 'multipart/related' }).end(multipart(eight))),
      /it does not say where its parts end/,
    ],
    [
      'with another boundary',
      frames((response) =>
        response.writeHead(200, { 'content-type': 'multipart/related; boundary="x y"' }).end(multipart(eight)),
      ),
      /its parts are not where it says/,
    ],
    [
      'as a page of a login',
      frames((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')),
      /answered with text\/html, where multipart\/related was asked for; this is a page, such as a login/,
    ],
    [
      'as pictures',
      frames((response) => response.writeHead(200, { 'content-type': 'image/png' }).end('png')),
      /answered with image\/png/,
    ],
    ['of nothing', frames((response) => response.writeHead(204).end()), /^not-found: .*has nothing there/],
    [
      'that nobody has',
      frames((response) => response.writeHead(404).end()),
      /^not-found: SERIES\/instances\/1.2.3.4\/frames\/.*no such series, instance or frame/,
    ],
    [
      'refused',
      frames((response) => response.writeHead(403).end()),
      /^io: .*refuses access \(403\); set FTUSEG_DICOMWEB_TOKEN/,
    ],
    ['of a busy server', frames((response) => response.writeHead(503).end()), /the server is busy \(503\); try later/],
    ['of a broken server', frames((response) => response.writeHead(500).end()), /the server answered 500/],
    [
      'announced and cut off',
      frames((response) => {
        response.writeHead(200, { ...MULTIPART, 'content-length': 9000 });
        response.write('--here', () => response.destroy());
      }),
      /^io: .*the request failed/,
    ],
    [
      'without end',
      frames((response) => {
        response.writeHead(200, MULTIPART);
        const source = endless();
        const more = (): void => {
          while (!response.destroyed && response.write(source.next().value ?? ''));
        };
        response.on('drain', more);
        more();
      }),
      /sends more than \d+ bytes, which cannot be right/,
    ],
    [
      'in no known way',
      first((response) =>
        response.writeHead(200, MULTIPART).end(multipart([{ headers: {}, data: new Uint8Array(40) }])),
      ),
      /the server does not say how its frames are stored/,
    ],
    [
      'in a way that is not read',
      first((response) =>
        response
          .writeHead(200, MULTIPART)
          .end(multipart([part(0, { type: 'image/jphc' })].map((one) => ({ ...one, data: new Uint8Array(9) })))),
      ),
      /high-throughput JPEG 2000 \(HTJ2K\) data are not supported/,
    ],
  ])('%s', async (_, override, problem) => {
    expect(await problemOf([base], override)).toMatch(problem);
  });

  it('that the server has decompressed into unknown colours', async () => {
    const changes = { 536578: ['UI', SYNTAX.jpeg] } as const;
    expect(await problemOf([{ ...base, photometric: 'YBR_FULL', changes }], () => false)).toMatch(
      /has decompressed them into unknown colours/,
    );
  });

  it('from an address with a password, which nobody sees', async () => {
    const error = openSlide('http://me:secret@127.0.0.1:1/studies/1.2/series/1.3');
    await expect(error).rejects.toThrow(/^127.0.0.1:1: there is a name or a password in the address; leave it out/);
  });

  it('whose header says another number of them', async () => {
    expect(await problemOf([{ ...base, frames: 8 }], () => false)).toMatch(/it has 8 frames where 3 x 3 tiles need 9/);
  });
});

describe('metadata', () => {
  const instance = jsonOf(slideElements({ ...base, frames: 9 }));
  it.each<[string, Override, RegExp]>([
    ['that are none', json([]), /^not-found: SERIES\/metadata: the series has no instances/],
    ['that are an object', json({ error: 'no' }), /^bad-input: .*its metadata are no DICOM JSON/],
    [
      'that are no JSON',
      metadata((response) => response.writeHead(200, { 'content-type': 'application/json' }).end('[{')),
      /no DICOM JSON/,
    ],
    [
      'that are a page',
      json('x', 'text/html; charset=utf-8'),
      /answered with text\/html, where application\/dicom\+json was asked for/,
    ],
    [
      'of another series',
      json([{ ...instance, '0020000E': { vr: 'UI', Value: ['1.2.9'] } }]),
      /answered with another series \(1.2.9\)/,
    ],
    ['without names', json([{ ...instance, '00080018': { vr: 'UI' } }]), /an instance has no SOPInstanceUID/],
    [
      'with a name that leads away',
      json([{ ...instance, '00080018': { vr: 'UI', Value: ['../../x'] } }]),
      /no SOPInstanceUID/,
    ],
    [
      'of a CT',
      json([{ ...instance, '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] } }]),
      /is no whole slide, but of another kind: CT/,
    ],
    [
      'with numbers that are none',
      json([{ ...instance, '00280010': { vr: 'US', Value: [{}] } }]),
      /Rows is 0, which is impossible|Rows is missing/,
    ],
    [
      'that are a lie of size',
      json([{ ...instance, '00480006': { vr: 'UL', Value: [1e9] } }]),
      /it has 9 frames where 62500000 x 3 tiles need/,
    ],
    ['that nobody may see', metadata((response) => response.writeHead(401).end()), /refuses access \(401\)/],
    [
      'that lead in a circle',
      metadata((response) => response.writeHead(302, { location: 'metadata' }).end()),
      /the server leads in a circle/,
    ],
  ])('%s', async (_, override, problem) => {
    expect(await problemOf([base], override)).toMatch(problem);
  });
});

describe('how frames are stored', () => {
  const bytes = (...values: number[]): Uint8Array => Uint8Array.from({ length: 40 }, (_, i) => values[i] ?? 0);
  const jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff];
  it.each<[string, Partial<Parameters<typeof storedAs>[0]>, string | undefined, string | undefined]>([
    ['the part says', { syntax: '1.2', data: bytes() }, '1.3', '1.2'],
    ['the size says', { data: new Uint8Array(100) }, '1.3', '1.2.840.10008.1.2.1'],
    ['the kind says', { type: 'image/jp2', syntax: '*' }, '1.3', '1.2.840.10008.1.2.4.90'],
    ['the metadata say', {}, '1.3', '1.3'],
    ['a JPEG says', { data: bytes(...jpeg, 0xc0) }, undefined, '1.2.840.10008.1.2.4.50'],
    ['a JPEG-LS says', { data: bytes(...jpeg, 0xf7) }, undefined, '1.2.840.10008.1.2.4.80'],
    ['a codestream says', { data: bytes(0xff, 0x4f, 0xff, 0x51) }, undefined, '1.2.840.10008.1.2.4.90'],
    ['run lengths say, of whatever size', { data: runLengths(planes(frame(0))) }, undefined, '1.2.840.10008.1.2.5'],
    ['nothing says', {}, undefined, undefined],
  ])('%s', (_, part, stated, wanted) => {
    const served = { type: 'application/octet-stream', syntax: undefined, data: bytes(), ...part };
    expect(storedAs(served, stated, 100)).toBe(wanted);
  });
});
