/** Levels of more pixels than a JPEG can state, and of 100,000 rows of restart intervals: opened at once, and read in any place. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeIntervals, joinJpeg, jpegHeader } from '../../../tests/ndpi/jpeg-encoder.mjs';
import { type NdpiPage, writeNdpi } from '../../../tests/ndpi/ndpi-builder.mjs';
import { openSlide } from '../../index.js';
import { nodeRuntime } from '../../node-runtime.node.js';
import { openFileSource } from '../../source/file-source.node.js';
import { openNdpi } from './open-ndpi.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-ndpi-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const COLUMNS = 4;
const coding = { sampling: [2, 1], step: 1, interval: 2 } as const;
const [UNIT_WIDTH, ROWS] = [32, 8];

/** The red of an interval, and the other colours beside it: grey values that JPEG keeps as they are. */
const shade = (index: number): number => (index * 7 + Math.floor(index / 251)) % 256;
const intervals = Array.from({ length: 256 }, (_, grey) => {
  const data = new Uint8Array(UNIT_WIDTH * ROWS * 3).fill(grey);
  return encodeIntervals({ width: UNIT_WIDTH, height: ROWS, data }, coding)[0] ?? new Uint8Array();
});

/** A level of grey intervals. */
function greyPage(rows: number, stated: readonly [number, number]): NdpiPage {
  const [width, height] = [COLUMNS * UNIT_WIDTH, rows * ROWS];
  const samples = Array.from({ length: rows * COLUMNS }, (_, i) => intervals[shade(i)] ?? new Uint8Array());
  return { width, height, ...joinJpeg(jpegHeader({ width, height, stated, ...coding }), samples) };
}

const at = (column: number, row: number) => ({
  x: column * UNIT_WIDTH,
  y: row * ROWS,
  width: UNIT_WIDTH,
  height: ROWS,
});

describe('a level of 100,000 rows of intervals', () => {
  it('is opened without reading their list, and read anywhere', async () => {
    const path = join(folder, 'rows.ndpi');
    await writeNdpi(path, [greyPage(100_000, [0, 0])]);
    const source = await openFileSource(path);
    let bytes = 0;
    const counted: typeof source = {
      ...source,
      read: (offset, length, options) => {
        bytes += length;
        return source.read(offset, length, options);
      },
    };
    const began = performance.now();
    expect((await openNdpi(counted, nodeRuntime))?.levels[0].height).toBe(800_000);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(bytes).toBeLessThan(16_384);
    await source.close();
    const slide = await openSlide(path);
    for (const [column, row] of [
      [0, 0],
      [3, 99_999],
      [1, 54_321],
      [2, 8191],
    ] as const) {
      const { data } = await slide.readRegion({ ...at(column, row), downsample: 1 });
      expect(new Set(data)).toEqual(new Set([shade(row * COLUMNS + column)]));
    }
    await slide.close();
  });

  it.each([
    ['a wrong size', [128, 12_345]],
    ['no height', [128, 0]],
  ] as const)('is read where its JPEG has %s and its list is missing', async (_, stated) => {
    const path = join(folder, 'scanned.ndpi');
    await writeNdpi(path, [{ ...greyPage(20_000, stated), listed: undefined }]);
    const slide = await openSlide(path);
    for (const row of [19_999, 4]) {
      const { data } = await slide.readRegion({ ...at(2, row), downsample: 1 });
      expect(new Set(data)).toEqual(new Set([shade(row * COLUMNS + 2)]));
    }
    const signal = AbortSignal.abort();
    await expect(slide.readRegion({ ...at(0, 9), downsample: 1 }, { signal })).rejects.toThrow('cancelled');
    await slide.close();
  });

  it('is refused where its size fits a JPEG and is not the one that it states', async () => {
    const path = join(folder, 'contradiction.ndpi');
    await writeNdpi(path, [greyPage(100, [128, 0])]);
    await expect(openSlide(path)).rejects.toThrow(
      `${path}: page 0: its JPEG has 128 x 0 pixels where the tags say 128 x 800`,
    );
  });
});
