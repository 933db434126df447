/** A series on a DICOMweb server is the slide that it is as files: pixels, levels, notes. */
import { fileIdentity } from '@ftuseg/files';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cleanUp, folderOf, PICTURE, TILE, wholeOf, withSlide } from '../../../../tests/dicom/dicom-folder.js';
import { type ServedSeries, serveSeries } from '../../../../tests/dicom/served-series.js';
import {
  buildSlide,
  planes,
  runLengths,
  type SlideFile,
  SYNTAX,
  tilesOf,
} from '../../../../tests/dicom/slide-builder.mjs';
import { samplePicture } from '../../../../tests/format-suite.js';
import { openSlide } from '../../../open-slide.node.js';
import { readSlideTable } from '../../../table/slide-table.node.js';

cleanUp();

const open: ServedSeries[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(open.splice(0).map((server) => server.close()));
});
async function serve(...args: Parameters<typeof serveSeries>): Promise<ServedSeries> {
  const server = await serveSeries(...args);
  open.push(server);
  return server;
}

const tiles = tilesOf(PICTURE, ...TILE);
const base: SlideFile = { width: 45, height: 31, tile: TILE, frameData: tiles };
const half = samplePicture(23, 16);
const level: SlideFile = {
  ...{ width: 23, height: 16, tile: TILE, frameData: tilesOf(half, ...TILE) },
  ...{ type: 'DERIVED\\PRIMARY\\VOLUME\\RESAMPLED', uid: '1.2.3.5', spacing: '0.001\\0.001' },
};
const label: SlideFile = {
  ...{ width: 10, height: 8, tile: [10, 8], frameData: tilesOf(samplePicture(10, 8), 10, 8) },
  ...{ type: 'ORIGINAL\\PRIMARY\\LABEL\\NONE', uid: '1.2.3.6' },
};
const places = tiles.map((_, i) => ({ column: (i % 3) * TILE[0] + 1, row: Math.floor(i / 3) * TILE[1] + 1 }));
const part = (number: number, from: number, to: number): SlideFile => ({
  ...base,
  ...{ uid: `1.2.3.4.${number}`, frameData: tiles.slice(from, to), part: { number, total: 2, firstFrame: from } },
});

describe('a series on a server', () => {
  it.each<[string, SlideFile[]]>([
    ['with levels and a label', [level, { ...base, paths: [{ id: '1', power: '40', profile: true }] }, label]],
    [
      'of sparse tiles in run lengths',
      [
        {
          ...base,
          organization: 'TILED_SPARSE',
          positions: places.slice(2),
          frameData: tiles.slice(2).map((tile) => runLengths(planes(tile))),
          syntax: SYNTAX.rle,
        },
      ],
    ],
    ['in several parts', [part(2, 4, 9), part(1, 0, 4)]],
    [
      'in planes',
      [
        {
          ...base,
          planar: 1,
          frameData: tiles.map((tile) => Uint8Array.from(planes(tile).flatMap((plane) => [...plane]))),
        },
      ],
    ],
    ['without its largest level', [level, label]],
  ])('is what it is as files: %s', async (_, files) => {
    const { address } = await serve(files);
    const folder = await folderOf(Object.fromEntries(files.map((file, i) => [`${i}.dcm`, buildSlide(file)])));
    await withSlide(address, (served) =>
      withSlide(folder, async (local) => {
        expect([served.info, served.levels, served.micronsPerPixel]).toEqual([
          local.info,
          local.levels,
          local.micronsPerPixel,
        ]);
        expect(await wholeOf(served)).toEqual(await wholeOf(local));
        const small = { x: 3, y: 5, width: 20, height: 10, downsample: 2.5 };
        expect(await served.readRegion(small)).toEqual(await local.readRegion(small));
        // A server has the data set, and no header of a file.
        const properties = Object.entries((await local.readProperties?.()) ?? {});
        const isOfFile = /^dicom\.(FileMeta|MediaStorage|TransferSyntax|Implementation)/;
        expect(await served.readProperties?.()).toEqual(
          Object.fromEntries(properties.filter(([name]) => !isOfFile.test(name))),
        );
        for (const name of local.info.associated) {
          expect(await served.readAssociated(name)).toEqual(await local.readAssociated(name));
        }
      }),
    );
  });

  it('is asked for frames in batches, and for none twice', async () => {
    const server = await serve([base]);
    await withSlide(server.address, async (slide) => {
      expect(await wholeOf(slide)).toEqual(PICTURE);
      await wholeOf(slide);
    });
    expect(server.asked.map(({ place }) => place)).toEqual([
      'metadata',
      'instances/1.2.3.4/frames/1',
      expect.stringMatching(/^instances\/1\.2\.3\.4\/frames\/[\d,]{15}$/),
    ]);
    expect(server.asked[1]?.headers.accept).toContain('transfer-syntax=*');
  });

  it('gives one frame at a time where the server does not know lists', async () => {
    const { address } = await serve([base], (place, response) => {
      if (place.includes(',')) response.writeHead(400).end();
      return place.includes(',');
    });
    await withSlide(address, async (slide) => expect(await wholeOf(slide)).toEqual(PICTURE));
  });

  it('is one slide of a table, named by its UID, and another one when an instance is there or not', async () => {
    const [one, two] = [await serve([base, level]), await serve([base])];
    expect(await readSlideTable(one.address)).toMatchObject([{ id: '1.2.3.100', image: one.address }]);
    const [first, again, other] = [one, one, two].map(({ address }) => fileIdentity(address));
    expect(await first).toEqual(await again);
    expect((await first)?.etag).not.toBe((await other)?.etag);
  });

  it('is read again after a busy server and a lost connection', async () => {
    let count = 0;
    const { address } = await serve([base], (_, response, request) => {
      count++;
      if (count === 1) response.writeHead(503).end();
      else if (count === 3) response.writeHead(429, { 'retry-after': '0' }).end();
      else if (count === 4) request.socket.destroy();
      return count === 1 || count === 3 || count === 4;
    });
    const slide = await openSlide(address, { pause: 1 });
    expect(await wholeOf(slide)).toEqual(PICTURE);
    await slide.close();
  });

  it('gets the token, which no other host gets and no message has', async () => {
    vi.stubEnv('FTUSEG_DICOMWEB_TOKEN', 'secret-of-ours');
    const server = await serve([base]);
    await expect(openSlide(server.address)).rejects.toThrow(
      /^FTUSEG_DICOMWEB_TOKEN: it is set, and FTUSEG_DICOMWEB_HOST is not.*FTUSEG_DICOMWEB_HOST=127\.0\.0\.1:\d+/,
    );
    expect(server.asked).toEqual([]);
    vi.stubEnv('FTUSEG_DICOMWEB_HOST', new URL(server.address).host);
    await withSlide(server.address, wholeOf);
    expect(new Set(server.asked.map(({ headers }) => headers.authorization))).toEqual(
      new Set(['Bearer secret-of-ours']),
    );
    const elsewhere = server.address.replace('127.0.0.1', 'localhost');
    const leading = await serve([base], (place, response) => {
      response.writeHead(302, { location: `${elsewhere}/${place}` }).end();
      return true;
    });
    const before = server.asked.length;
    const error = await openSlide(leading.address).catch((reason: unknown) => String(reason));
    expect(error).toMatch(/the server leads to another place \(http:\/\/localhost:\d+\); it may want a login/);
    expect([server.asked.length, String(error).includes('secret')]).toEqual([before, false]);
    vi.stubEnv('FTUSEG_DICOMWEB_HOST', 'pacs.example.org');
    await withSlide(server.address, wholeOf);
    expect(server.asked.at(-1)?.headers.authorization).toBeUndefined();
    vi.stubEnv('FTUSEG_DICOMWEB_HOST', new URL(server.address).host);
    vi.stubEnv('FTUSEG_DICOMWEB_TOKEN', 'in two\nlines');
    await expect(openSlide(server.address)).rejects.toThrow(
      /^FTUSEG_DICOMWEB_TOKEN: the token has letters that cannot be sent/,
    );
  });

  it('ends where it is cancelled', async () => {
    const stop = new AbortController();
    const { address } = await serve([base], (place) => {
      if (!/\d,/.test(place)) return false;
      stop.abort();
      return true;
    });
    const slide = await openSlide(address);
    const { width, height } = slide;
    const reading = slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 }, { signal: stop.signal });
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    await slide.close();
    await expect(openSlide(address, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
