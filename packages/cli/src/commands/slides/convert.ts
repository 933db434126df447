/** `ftu convert`: any slide that opens becomes one that everyone's tools open. */

import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { counted, FtuError } from '@ftuseg/core';
import { exists, inLockedFolder, isAddress } from '@ftuseg/files';
import { micronsSchema } from '@ftuseg/nn';
import { filterRows, readSlideTable, type SlideRow, USUAL_QUALITY } from '@ftuseg/slide';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { path, where } from '../../parser/fields.js';
import { UsageError } from '../../parser/usage-error.js';
import { checkView, viewFields, viewNames } from './colour-view.js';
import { type Converted, convertSlide } from './conversion/convert-slide.js';
import { checkSettings } from './conversion/settings.js';
import { nameIn, type Target, targetFormats, targetOf } from './conversion/target.js';

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

const realPath = (name: string): Promise<string> => realpath(name).catch(() => resolve(name));

/** @throws FtuError `bad-input` for what is there already, and for the slide itself or the folder that it lies in */
async function checkOutput(out: string, image: string, target: Target, overwrite: boolean): Promise<void> {
  if (!isAddress(image)) {
    const [from, to] = await Promise.all([realPath(image), realPath(out)]);
    const isSlide = from === to || (target.container === 'folder' && dirname(from) === to);
    if (isSlide)
      throw new FtuError('bad-input', 'the slide itself lies there', { subject: out, hint: 'name another output' });
  }
  // A series goes into a folder that may be there, if it holds no other.
  if (overwrite || target.format === 'dicom' || !(await exists(out))) return;
  throw new FtuError('bad-input', 'it is there already', { subject: out, hint: 'replace it with --overwrite' });
}

export const convert = defineCommand({
  name: 'convert',
  positionals: ['slide', 'out'],
  schema: z.object({
    slide: path('slide to read; or a slide table (CSV) or folder of slides').meta({ placeholder: 'SLIDE' }),
    out: path(
      'what to write: .tif, .ome.tif, .ome.zarr, .zarr.zip, .ozx, or the folder of a DICOM series; for several slides, the folder for ID.tif and the like',
    ).meta({
      placeholder: 'OUT',
    }),
    where,
    format: z
      .enum(targetFormats)
      .optional()
      .describe('where the ending of OUT does not say it: dicom, and the format of several slides (default: tiff)'),
    compression: z
      .enum(['jpeg', 'deflate', 'keep'])
      .optional()
      .describe(
        'jpeg copies JPEG tiles as they are and compresses the others; deflate keeps every pixel; keep copies the tiles of all levels, JPEG or JPEG 2000, or refuses (default: jpeg; OME-Zarr always keeps every pixel)',
      ),
    quality: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe(`of JPEG (default: ${USUAL_QUALITY}); given, all tiles are compressed anew`),
    tile: z
      .int()
      .min(64)
      .max(4096)
      .multipleOf(16)
      .optional()
      .describe(
        'side of a tile or chunk in pixels (default: 256, OME-Zarr 512); given, tiles of another size are compressed anew',
      ),
    levels: z.int().min(1).max(32).optional().describe('how many levels at most, the slide itself among them'),
    factor: z
      .enum(['2', '4'])
      .optional()
      .describe("from level to level (default: the slide's own levels where its tiles are copied, else 2)"),
    zarrVersion: z
      .enum(['0.4', '0.5'])
      .optional()
      .describe('of OME-Zarr (default: 0.4, which more programs read; .ozx is 0.5)'),
    sharded: z.boolean().optional().describe('OME-Zarr 0.5 in fewer files: 16 chunks of a row in one'),
    labels: path(
      'label image, drawn objects (GeoJSON, ...) or folder of ftu predict, written into OME-Zarr as labels/classes',
    ).optional(),
    classes: z.string().optional().meta({
      placeholder: 'CLASSES',
      description: 'what the labels mean, as in ftu prepare: normal=1,Glomerulus;sclerotic=2',
    }),
    ...viewFields,
    micronsPerPixel: micronsSchema.optional().describe("scale to store, if the slide's own is missing or wrong"),
    overwrite: z.boolean().default(false).describe('replace what is there already'),
  }),
  groups: {
    Inputs: ['slide', 'where', 'micronsPerPixel', 'labels', 'classes'],
    Outputs: ['out', 'format', 'overwrite'],
    'Levels and tiles': ['compression', 'quality', 'tile', 'levels', 'factor', 'zarrVersion', 'sharded'],
    Colours: viewNames,
  },
  result: { files: 'path, format, width, height, levels, copied and encoded tiles of each slide that was written' },
  examples: [
    'ftu convert scan.svs scan.tif',
    'ftu convert scan.svs scan.ome.tif',
    'ftu convert scan.tiff scan.tif --compression deflate',
    'ftu convert scan.svs scan.ome.zarr',
    'ftu convert scan.svs scan.ozx --sharded',
    'ftu convert scans pyramids',
    'ftu convert scan.svs scan --format dicom',
    'ftu convert scan.svs scan.tif --icc srgb --stain-normalisation macenko',
  ],
  async run({ slide: source, out, where: filter, micronsPerPixel, format, ...others }, context) {
    const { icc, stainNormalisation, stainTarget, ...rest } = others;
    const settings = { ...rest, view: { icc, stainNormalisation, stainTarget } };
    checkView(settings.view);
    const scale = micronsPerPixel === undefined ? {} : { micronsPerPixel };
    const rows = await rowsOf(source, filter, context);
    if (rows === undefined) {
      const target = targetOf(out, format);
      checkSettings(settings, target);
      await checkOutput(out, source, target, settings.overwrite);
      const id = basename(source).replace(/\.[^.]+$/, '');
      return { files: [await convertSlide({ id, image: source, ...scale }, out, target, settings, context)] };
    }
    if (/\.(tiff?|ozx|zarr|zip)$/i.test(out)) {
      const hint = 'name a folder for them';
      throw new FtuError('bad-input', `${counted(rows.length, 'slide')} of a table do not go into one file`, {
        subject: out,
        hint,
      });
    }
    const target: Target = { format: format ?? 'tiff', container: 'folder' };
    checkSettings(settings, target);
    const files: Converted[] = [];
    await inLockedFolder(out, { signal: context.signal }, async (signal) => {
      const named = rows.map((row) => ({ row, to: join(out, nameIn[target.format](row.id)) }));
      for (const { row, to } of named) await checkOutput(to, row.image, target, settings.overwrite);
      for (const { row, to } of named) {
        // A scale that is given replaces that of both sides.
        const { pixelSize, ...others } = row;
        const scaled = micronsPerPixel === undefined ? row : { ...others, ...scale };
        files.push(await convertSlide(scaled, to, target, settings, { ...context, signal }));
      }
    });
    return { files };
  },
});
