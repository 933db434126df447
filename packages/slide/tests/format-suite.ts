/** What every format of slides must do, whatever its files look like: one body of tests that each format's own test file calls with samples. */
import { crop, FtuError, type Raster, resizeArea } from '@ftuseg/core';
import { describe, expect, it } from 'vitest';
import { MAX_PROPERTIES } from '../src/formats/properties/properties.js';
import { openSlide } from '../src/index.js';
import type { Slide } from '../src/slide.js';

export interface FormatSample {
  readonly name: string;
  /** Writes the picture in this form. @returns path of the file */
  readonly write: (picture: Raster) => Promise<string>;
  /** Its files say nothing of a scanner. */
  readonly isPlain?: boolean;
}

/** A picture without two equal pixels beside each other. */
export function samplePicture(width: number, height: number): Raster {
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => (i * 37 + Math.floor(i / (3 * width)) * 11) & 255,
  );
  return { width, height, channels: 3, data };
}

async function withSlide(path: string, work: (slide: Slide) => Promise<void>): Promise<void> {
  const slide = await openSlide(path);
  try {
    await work(slide);
  } finally {
    await slide.close();
  }
}

const SIDES = [
  [61, 43],
  [1, 1],
  [1, 29],
  [17, 2],
] as const;

/** @param samples lossless, so that pixels are known */
export function describeFormat(format: string, samples: readonly FormatSample[]): void {
  describe.each(samples)(`${format}: $name`, ({ write, isPlain = false }) => {
    it.each(SIDES)('of %i x %i gives known pixels, as regions and as bands of rows', async (width, height) => {
      const picture = samplePicture(width, height);
      await withSlide(await write(picture), async (slide) => {
        expect(slide).toMatchObject({ width, height });
        expect(slide.levels[0]).toEqual({ width, height, downsample: 1 });
        const whole = { x: 0, y: 0, width, height, downsample: 1 };
        expect(await slide.readRegion(whole)).toEqual(picture);
        const corner = { x: width >> 1, y: height >> 1, width: width - (width >> 1), height: height - (height >> 1) };
        expect(await slide.readRegion({ ...corner, downsample: 1 })).toEqual(crop(picture, corner));
        for (let top = 0; top < height; top += 7) {
          const rows = Math.min(7, height - top);
          const band = await slide.readRows({ width, height, top, rows });
          expect(band).toEqual(crop(picture, { x: 0, y: top, width, height: rows }));
        }
        const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
        const small = resizeArea(picture, half.width, half.height);
        const left = half.width >> 1;
        const part = { x: left, y: 0, width: half.width - left, height: half.height };
        const window = await slide.readRows({ ...half, top: 0, rows: half.height, left, columns: part.width });
        const wanted = crop(small, part).data;
        expect([window.width, window.height]).toEqual([part.width, part.height]);
        expect(window.data.every((value, i) => Math.abs(value - (wanted[i] ?? 999)) <= 1)).toBe(true);
      });
    });

    it('refuses what is not inside the slide', async () => {
      await withSlide(await write(samplePicture(20, 10)), async (slide) => {
        const region = { x: 0, y: 0, width: 5, height: 5, downsample: 1 };
        for (const wrong of [{ x: 16 }, { y: -1 }, { width: 0 }, { height: 2.5 }, { x: Number.NaN }, { width: 21 }]) {
          await expect(slide.readRegion({ ...region, ...wrong })).rejects.toThrow('is not inside the slide of 20 x 10');
        }
        await expect(slide.readRegion({ ...region, downsample: 0.5 })).rejects.toThrow('at least 1, not 0.5');
        const rows = { width: 20, height: 10, top: 0, rows: 2 };
        for (const wrong of [{ top: 9 }, { rows: 0 }, { width: 21 }, { left: 3, columns: 18 }, { top: 0.5 }]) {
          await expect(slide.readRows({ ...rows, ...wrong })).rejects.toThrow('cannot be made of the slide of 20 x 10');
        }
        await expect(slide.readAssociated('label')).rejects.toThrow('the slide has no picture "label"; it has: none');
      });
    });

    it('heeds a signal before and while it reads', async () => {
      const path = await write(samplePicture(40, 30));
      await withSlide(path, async (slide) => {
        const region = { x: 0, y: 0, width: 40, height: 30, downsample: 1.5 };
        const rows = { width: 20, height: 15, top: 0, rows: 15 };
        const signal = AbortSignal.abort();
        for (const reading of [slide.readRegion(region, { signal }), slide.readRows(rows, { signal })]) {
          await expect(reading).rejects.toMatchObject({ code: 'cancelled', subject: path });
        }
        for (const read of [
          (during: AbortSignal) => slide.readRegion(region, { signal: during }),
          (during: AbortSignal) => slide.readRows(rows, { signal: during }),
        ]) {
          const abort = new AbortController();
          const reading = read(abort.signal);
          abort.abort();
          await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
        }
        // A cancelled read spoils nothing for the next.
        expect((await slide.readRows(rows)).data).toHaveLength(20 * 15 * 3);
      });
    });

    it('says what the scanner wrote, the same each time, until it is closed', async () => {
      const path = await write(samplePicture(20, 10));
      await withSlide(path, async (slide) => {
        const properties = (await slide.readProperties?.()) ?? {};
        const names = Object.keys(properties);
        expect(names.length > 0).toBe(!isPlain);
        expect(names.length).toBeLessThanOrEqual(MAX_PROPERTIES);
        for (const name of names) expect(name).toMatch(/^[a-z][a-z-]*\.\P{Cc}+$/u);
        for (const value of Object.values(properties)) expect(value).toMatch(/^(\P{Cc}|[\n\t])*$/u);
        expect(await slide.readProperties?.()).toEqual(properties);
        const cancelled = slide.readProperties?.({ signal: AbortSignal.abort() });
        await expect(cancelled).rejects.toMatchObject({ code: 'cancelled', subject: path });
        await slide.close();
        await expect(slide.readProperties?.()).rejects.toThrow('the slide is closed');
      });
    });

    it('gives everyone their pixels where another leaves who reads the same', async () => {
      const path = await write(samplePicture(40, 30));
      const rows = { width: 20, height: 15, top: 0, rows: 15 };
      let expected: Uint8Array | undefined;
      for (let turns = 0; turns < 12; turns++) {
        // Each time anew, so that nothing is held yet.
        await withSlide(path, async (slide) => {
          const abort = new AbortController();
          const leaving = slide.readRows(rows, { signal: abort.signal }).catch(() => undefined);
          const staying = slide.readRows(rows);
          for (let turn = 0; turn < turns; turn++) await new Promise((done) => setImmediate(done));
          abort.abort();
          const { data } = await staying;
          expected ??= data;
          expect(Buffer.compare(data, expected)).toBe(0);
          await leaving;
        });
      }
    });

    it('says that it is closed, also to those who are reading', async () => {
      const path = await write(samplePicture(40, 30));
      const slide = await openSlide(path);
      const region = { x: 0, y: 0, width: 40, height: 30, downsample: 1 };
      const rows = { width: 40, height: 30, top: 0, rows: 30 };
      const reading = [slide.readRegion(region), slide.readRows(rows)];
      const outcomes = Promise.allSettled(reading);
      await Promise.all([slide.close(), slide.close()]);
      await slide.close();
      for (const outcome of await outcomes) expect(outcome).toMatchObject({ status: 'rejected' });
      for (const late of [...reading, slide.readRegion(region), slide.readRows(rows), slide.readAssociated('label')]) {
        const error: unknown = await late.catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(FtuError);
        expect(error).toMatchObject({ code: 'unavailable', message: `${path}: the slide is closed` });
      }
    });
  });
}
