/** Measures of slides kept in the work folder, so that a slide is measured once for each prediction. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError, makeFolder, writeFileAtomic } from '@ftuseg/files';
import { z } from 'zod';
import { GHOST_SHARE, type MeasuredSlide } from '../../review/item.js';
import { measureSlide, type SlideFiles } from './measure-slide.js';

/** Goes up when measures change their meaning. */
const FORMAT = 1;

const number = z.number().optional();
const itemSchema = z.object({
  id: z.string(),
  slide: z.string(),
  kind: z.enum(['object', 'ghost']),
  class: z.string(),
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  areaPx: z.number(),
  areaUm2: number,
  circularity: z.number(),
  solidity: z.number(),
  border: z.boolean(),
  threshold: z.number(),
  mean: number,
  peak: number,
  boundaryEntropy: number,
  agreement: number,
  polygons: z.array(z.array(z.array(z.number()))).optional(),
});
const fileSchema = z.object({ items: z.array(itemSchema), notes: z.array(z.string()) });

/** Of a file: its path, size and time of its last change. */
async function traceOf(path: string | undefined): Promise<unknown> {
  if (path === undefined) return null;
  const { size, mtimeMs } = await stat(path).catch((cause: unknown) => {
    throw ioError(cause, path, 'be read');
  });
  return [path, size, mtimeMs];
}

/** What the measures depend on. */
async function fingerprintOf(files: SlideFiles): Promise<string> {
  const maps = await Promise.all([...files.maps].map(async ([name, path]) => [name, await traceOf(path)]));
  const { id, size, pixelUm2 = null, thresholds } = files;
  const [geojson, objects] = [await traceOf(files.geojson), await traceOf(files.objects)];
  const parts = { FORMAT, GHOST_SHARE, id, size, pixelUm2, thresholds, geojson, objects, maps };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** A file that is not there, damaged, or of another format is as if it had not been written. */
async function kept(path: string): Promise<MeasuredSlide | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return fileSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/**
 * @param folder that the measures are kept in; it is made
 * @throws FtuError for files that cannot be read, or a folder that cannot be written
 */
export async function measuredOnce(files: SlideFiles, folder: string, signal: AbortSignal): Promise<MeasuredSlide> {
  const path = join(folder, `${await fingerprintOf(files)}.json`);
  const before = await kept(path);
  if (before !== undefined) return before;
  const measured = await measureSlide(files, signal);
  await makeFolder(folder);
  await writeFileAtomic(path, JSON.stringify(measured));
  return measured;
}
