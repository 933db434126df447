/** `ftu convert`: any slide that opens becomes a tiled pyramid that everyone's tools open. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError, type Raster } from '@ftuseg/core';
import { inLockedFolder, isAddress } from '@ftuseg/files';
import { micronsSchema } from '@ftuseg/nn';
import {
  filterRows,
  openSlide,
  pixelScaleOf,
  readSlideTable,
  type Slide,
  type SlideRow,
  writePyramid,
} from '@ftuseg/slide';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { UsageError } from '../../parser/usage-error.js';

/** Of JPEG. */
const USUAL_QUALITY = 85;

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

interface Conversion {
  readonly compression: 'jpeg' | 'deflate';
  readonly quality: number;
  readonly tile: number;
}

/** @returns what was written, for people */
async function convertOne(
  row: Pick<SlideRow, 'image' | 'micronsPerPixel' | 'pixelSize'>,
  out: string,
  { tile, ...options }: Conversion,
  context: CommandContext,
): Promise<string> {
  const slide = await openSlide(row.image);
  try {
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
        micronsPerPixel: pixelScaleOf(row, slide),
      },
      bandsOf(slide, context.signal, onRow),
    );
    return `${width} x ${height} pixels in ${out}`;
  } finally {
    await slide.close();
  }
}

/** A folder that holds slides, and a table, are of several; anything else is one slide, whose own message says what is wrong with it. */
async function rowsOf(
  path: string,
  where: string | undefined,
  context: CommandContext,
): Promise<SlideRow[] | undefined> {
  const folder = isAddress(path)
    ? false
    : await stat(path).then(
        (entry) => entry.isDirectory(),
        () => false,
      );
  if (!folder && !/\.csv$/i.test(path)) {
    if (where !== undefined) throw new UsageError('--where is for a slide table or a folder of slides');
    return undefined;
  }
  const rows = await readSlideTable(path, { onNote: context.note });
  return where === undefined ? rows : filterRows(rows, where);
}

export const convert = defineCommand({
  name: 'convert',
  summary: 'Write a slide, or each of a table or folder, as a tiled BigTIFF pyramid.',
  positionals: ['slide', 'out'],
  schema: z.object({
    slide: z.string().describe('slide to read; or a slide table (CSV) or folder of slides'),
    out: z.string().describe('file to write, .tif; for several slides, the folder for ID.tif'),
    where: z.string().optional().describe('of a table, only these rows: COLUMN=VALUE[|VALUE] or COLUMN!=VALUE'),
    compression: z.enum(['jpeg', 'deflate']).default('jpeg').describe('deflate keeps every pixel'),
    quality: z.int().min(1).max(100).optional().describe(`of JPEG (default: ${USUAL_QUALITY})`),
    tile: z.int().min(64).max(4096).multipleOf(16).default(256).describe('side of a tile in pixels'),
    micronsPerPixel: micronsSchema.optional().describe("scale to store, if the slide's own is missing or wrong"),
  }),
  examples: [
    'ftu convert scan.svs scan.tif',
    'ftu convert scan.tiff scan.tif --compression deflate',
    'ftu convert scans pyramids',
  ],
  async run({ slide: path, out, where, micronsPerPixel, quality, ...rest }, context) {
    if (quality !== undefined && rest.compression !== 'jpeg') {
      throw new UsageError('--quality is for --compression jpeg; deflate keeps every pixel');
    }
    const options = { ...rest, quality: quality ?? USUAL_QUALITY };
    const scale = micronsPerPixel === undefined ? {} : { micronsPerPixel };
    const rows = await rowsOf(path, where, context);
    if (rows === undefined) {
      if (/\.(svs|png|jpe?g|webp)$/i.test(out)) {
        throw new FtuError('bad-input', 'a pyramid is written as TIFF', { subject: out, hint: 'name it .tif' });
      }
      context.print(await convertOne({ image: path, ...scale }, out, options, context));
      return;
    }
    if (/\.tiff?$/i.test(out)) {
      const hint = 'name a folder for them';
      throw new FtuError('bad-input', `${rows.length} slides do not go into one file`, { subject: out, hint });
    }
    await inLockedFolder(out, { signal: context.signal }, async (signal) => {
      for (const row of rows) {
        // A scale that is given replaces that of both sides.
        const { pixelSize, ...others } = row;
        const scaled = micronsPerPixel === undefined ? row : { ...others, ...scale };
        context.print(await convertOne(scaled, join(out, `${row.id}.tif`), options, { ...context, signal }));
      }
    });
  },
});
