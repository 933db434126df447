/** `ftu convert`: any slide that opens becomes a tiled pyramid that everyone's tools open. */
import { FtuError, type Raster } from '@ftuseg/core';
import { openSlide, type Slide, writePyramid } from '@ftuseg/slide';
import { z } from 'zod';
import { defineCommand } from '../command.js';

/** Rows read at one time: a row of tiles, and a multiple of what scanners use. */
const ROWS = 256;

async function* bandsOf(slide: Slide, signal: AbortSignal, onRow: (done: number) => void): AsyncGenerator<Raster> {
  const { width, height } = slide;
  const read = (y: number): Promise<Raster> | undefined => {
    if (y >= height) return undefined;
    const band = slide.readRegion({ x: 0, y, width, height: Math.min(ROWS, height - y), downsample: 1 }, { signal });
    band.catch(() => undefined);
    return band;
  };
  let next = read(0);
  for (let y = 0; next !== undefined; y += ROWS) {
    const band: Raster = await next;
    // Read while this one is compressed.
    next = read(y + ROWS);
    yield band;
    onRow(Math.min(height, y + ROWS));
  }
}

export const convert = defineCommand({
  name: 'convert',
  summary: 'Write a slide as a tiled BigTIFF pyramid.',
  positionals: ['slide', 'out'],
  schema: z.object({
    slide: z.string().describe('slide to read'),
    out: z.string().describe('file to write, .tif'),
    compression: z.enum(['jpeg', 'deflate']).default('jpeg').describe('deflate keeps every pixel'),
    quality: z.int().min(1).max(100).default(85).describe('of JPEG'),
    tile: z.int().min(64).max(4096).multipleOf(16).default(256).describe('side of a tile in pixels'),
    micronsPerPixel: z
      .number()
      .positive()
      .optional()
      .describe("scale to store, if the slide's own is missing or wrong"),
  }),
  examples: ['ftu convert scan.svs scan.tif', 'ftu convert scan.tiff scan.tif --compression deflate'],
  async run({ slide: path, out, tile, micronsPerPixel, ...options }, context) {
    const slide = await openSlide(path);
    try {
      if (/\.(svs|png|jpe?g|webp)$/i.test(out)) {
        throw new FtuError('bad-input', 'a pyramid is written as TIFF', { subject: out, hint: 'name it .tif' });
      }
      const { width, height } = slide;
      const started = Date.now();
      const onRow = (done: number): void => {
        const share = done / height;
        const left = Math.round(((Date.now() - started) / 1000) * (1 / share - 1));
        context.progress(`converting ${Math.floor(100 * share)} % of ${width} x ${height}, ${left} s to go`);
      };
      await writePyramid(
        out,
        {
          ...{ width, height, channels: 3, tileSize: tile, signal: context.signal, ...options },
          micronsPerPixel: micronsPerPixel ?? slide.pixelSize ?? slide.micronsPerPixel,
        },
        bandsOf(slide, context.signal, onRow),
      );
    } finally {
      await slide.close();
    }
    context.print(`${slide.width} x ${slide.height} pixels in ${out}`);
  },
});
