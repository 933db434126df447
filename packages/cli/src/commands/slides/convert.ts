/** `ftu convert`: any slide that opens becomes a tiled pyramid that everyone's tools open. */

import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { counted, FtuError, type Raster } from '@ftuseg/core';
import { inLockedFolder, isAddress } from '@ftuseg/files';
import { micronsSchema } from '@ftuseg/nn';
import {
  filterRows,
  openSlide,
  pixelScaleOf,
  readSlideTable,
  type Slide,
  type SlideRow,
  writeDicom,
  writePyramid,
} from '@ftuseg/slide';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { path, where } from '../../parser/fields.js';
import { UsageError } from '../../parser/usage-error.js';

/** Of JPEG. */
const USUAL_QUALITY = 85;
const USUAL_TILE = 256;

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
  readonly format: 'tiff' | 'dicom';
  readonly compression: 'jpeg' | 'deflate';
  readonly quality: number | undefined;
  readonly tile?: number | undefined;
}

interface Converted {
  readonly path: string;
  readonly width: number;
  readonly height: number;
}

async function convertOne(
  row: Pick<SlideRow, 'image' | 'micronsPerPixel' | 'pixelSize'> & { readonly id?: string },
  out: string,
  { format, compression, quality, tile }: Conversion,
  context: CommandContext,
): Promise<Converted> {
  const slide = await openSlide(row.image);
  try {
    const { width, height } = slide;
    const started = Date.now();
    const onShare = (share: number): void => {
      const left = Math.round(((Date.now() - started) / 1000) * (1 / share - 1));
      context.progress(`converting ${Math.floor(100 * share)} % of ${width} x ${height}, ${left} s to go`);
    };
    const { signal } = context;
    const micronsPerPixel = pixelScaleOf(row, slide);
    if (format === 'dicom') {
      const container = row.id ?? basename(row.image).replace(/\.[^.]+$/, '');
      await writeDicom(out, slide, {
        micronsPerPixel,
        container,
        quality,
        tileSize: tile,
        signal,
        onProgress: onShare,
      });
    } else {
      const options = { compression, quality: quality ?? USUAL_QUALITY, tileSize: tile ?? USUAL_TILE };
      await writePyramid(
        out,
        { width, height, channels: 3, signal, micronsPerPixel, ...options },
        bandsOf(slide, signal, (done) => onShare(done / height)),
      );
    }
    context.print(`${width} x ${height} pixels in ${out}`);
    return { path: out, width, height };
  } finally {
    await slide.close();
  }
}

/** A folder that holds slides, and a table, are of several; anything else is one slide, whose own message says what is wrong with it. */
async function rowsOf(
  source: string,
  filter: string | undefined,
  context: CommandContext,
): Promise<SlideRow[] | undefined> {
  const folder = isAddress(source)
    ? false
    : await stat(source).then(
        (entry) => entry.isDirectory(),
        () => false,
      );
  if (!folder && !/\.csv$/i.test(source)) {
    if (filter !== undefined) throw new UsageError('--where is for a slide table or a folder of slides');
    return undefined;
  }
  const rows = await readSlideTable(source, { onNote: context.note });
  // A folder that is one slide, such as a DICOM series.
  if (folder && filter === undefined && rows.length === 1 && rows[0]?.image === resolve(source)) return undefined;
  return filter === undefined ? rows : filterRows(rows, filter);
}

export const convert = defineCommand({
  name: 'convert',
  summary: 'Write a slide, or each of a table or folder, as a tiled BigTIFF pyramid or a DICOM series.',
  positionals: ['slide', 'out'],
  schema: z.object({
    slide: path('slide to read; or a slide table (CSV) or folder of slides').meta({ placeholder: 'SLIDE' }),
    out: path(
      'file to write, .tif, or the folder of a DICOM series; for several slides, the folder for ID.tif or ID/',
    ).meta({
      placeholder: 'OUT',
    }),
    where,
    format: z
      .enum(['tiff', 'dicom'])
      .default('tiff')
      .describe('dicom: one file for each level; JPEG tiles of a pyramid are kept as they are, labels never written'),
    compression: z.enum(['jpeg', 'deflate']).default('jpeg').describe('deflate keeps every pixel'),
    quality: z.int().min(1).max(100).optional().describe(`of JPEG (default: ${USUAL_QUALITY})`),
    tile: z
      .int()
      .min(64)
      .max(4096)
      .multipleOf(16)
      .optional()
      .describe(`side of a tile in pixels (default: ${USUAL_TILE}); given for DICOM, tiles are compressed anew`),
    micronsPerPixel: micronsSchema.optional().describe("scale to store, if the slide's own is missing or wrong"),
  }),
  groups: {
    Inputs: ['slide', 'where', 'micronsPerPixel'],
    Outputs: ['out', 'format', 'compression', 'quality', 'tile'],
  },
  result: { files: 'width, height and path of each file that was written' },
  examples: [
    'ftu convert scan.svs scan.tif',
    'ftu convert scan.tiff scan.tif --compression deflate',
    'ftu convert scans pyramids',
    'ftu convert scan.svs scan --format dicom',
  ],
  async run({ slide: source, out, where: filter, micronsPerPixel, quality, ...rest }, context) {
    if (quality !== undefined && rest.compression !== 'jpeg') {
      throw new UsageError('--quality is for --compression jpeg; deflate keeps every pixel');
    }
    const options = { ...rest, quality };
    const isDicom = options.format === 'dicom';
    if (isDicom && options.compression !== 'jpeg') throw new UsageError('--format dicom is written with JPEG');
    const scale = micronsPerPixel === undefined ? {} : { micronsPerPixel };
    const rows = await rowsOf(source, filter, context);
    if (rows === undefined) {
      if (isDicom && /\.(tiff?|svs|dcm)$/i.test(out)) {
        throw new FtuError('bad-input', 'a DICOM series is a folder', { subject: out, hint: 'name a folder' });
      }
      if (/\.(svs|png|jpe?g|webp)$/i.test(out)) {
        throw new FtuError('bad-input', 'a pyramid is written as TIFF', { subject: out, hint: 'name it .tif' });
      }
      return { files: [await convertOne({ image: source, ...scale }, out, options, context)] };
    }
    if (/\.tiff?$/i.test(out)) {
      const hint = 'name a folder for them';
      throw new FtuError('bad-input', `${counted(rows.length, 'slide')} of a table do not go into one file`, {
        subject: out,
        hint,
      });
    }
    const files: Converted[] = [];
    await inLockedFolder(out, { signal: context.signal }, async (signal) => {
      for (const row of rows) {
        // A scale that is given replaces that of both sides.
        const { pixelSize, ...others } = row;
        const scaled = micronsPerPixel === undefined ? row : { ...others, ...scale };
        files.push(
          await convertOne(scaled, join(out, isDicom ? row.id : `${row.id}.tif`), options, { ...context, signal }),
        );
      }
    });
    return { files };
  },
});
