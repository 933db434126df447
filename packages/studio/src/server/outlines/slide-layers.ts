/** The sets of outlines that a slide has: of each prediction its objects and what could not be read, and the truth. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rect } from '@ftuseg/core';
import { FtuError, parseJson } from '@ftuseg/core';
import { fileIdentity } from '@ftuseg/files';
import { reportFile } from '@ftuseg/infer';
import { truthSource } from '@ftuseg/slide';
import { z } from 'zod';
import type { ObjectToPack } from '../../outlines/encode-object.js';
import type { OpenPrediction, StudioContext, StudioSlide } from '../context.js';
import type { FoundLayer } from './found-layer.js';
import { readObjects } from './read-objects.js';

/** The class of regions that could not be read. */
export const UNREAD = 'unread';

const sameFile = async (path: string): Promise<string> => {
  const { bytes, modified, etag } = await fileIdentity(path);
  return JSON.stringify([path, bytes, modified, etag]);
};

function predictionLayer(prediction: OpenPrediction, slide: StudioSlide): FoundLayer[] {
  const path = prediction.fileOf('geojson', slide);
  if (path === undefined) return [];
  const { id, name, classes } = prediction;
  return [
    {
      layer: { id: `prediction-${id}`, kind: 'prediction', name, prediction: id },
      classes,
      fingerprint: () => sameFile(path),
      read: (signal) => readObjects({ kind: 'prediction', name, path }, slide, signal),
    },
  ];
}

const rect = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const reportSchema = z.object({
  slides: z.array(z.looseObject({ id: z.string(), unreadable: z.array(rect).optional() })),
});

/** Reports by their folders, read again when they are others. */
const reports = new Map<string, { readonly same: string; readonly unreadable: ReadonlyMap<string, readonly Rect[]> }>();

async function unreadableIn(folder: string): Promise<ReadonlyMap<string, readonly Rect[]>> {
  const path = join(folder, reportFile);
  const same = await sameFile(path);
  const known = reports.get(folder);
  if (known?.same === same) return known.unreadable;
  const report = reportSchema.safeParse(parseJson(await readFile(path, 'utf8'), 'this', { subject: path }));
  const slides = report.data?.slides ?? [];
  const unreadable = new Map(slides.map(({ id, unreadable: regions = [] }) => [id, regions]));
  reports.set(folder, { same, unreadable });
  return unreadable;
}

async function unreadLayer({ folder, id, name }: OpenPrediction, { row }: StudioSlide): Promise<FoundLayer[]> {
  const found = await unreadableIn(folder).catch((error: unknown) => {
    // A folder that was removed meanwhile has no regions; its other layers say what is wrong.
    if (error instanceof FtuError) return undefined;
    throw error;
  });
  const regions = found?.get(row.id) ?? [];
  if (regions.length === 0) return [];
  async function* objects(): AsyncGenerator<ObjectToPack> {
    for (const { x, y, width, height } of regions) {
      const ring = [x, y, x + width, y, x + width, y + height, x, y + height];
      yield { class: UNREAD, polygons: [[ring]] };
    }
  }
  return [
    {
      layer: { id: `unread-${id}`, kind: 'unread', name: `unread by ${name}`, prediction: id },
      classes: [UNREAD],
      fingerprint: async () => JSON.stringify(regions),
      read: () => ({ objects: objects(), notes: () => [] }),
    },
  ];
}

function truthLayer(context: StudioContext, slide: StudioSlide): FoundLayer[] {
  const { row } = slide;
  const source = truthSource(row);
  if (source === undefined) return [];
  const path = source.kind === 'rle' ? undefined : source.path;
  return [
    {
      layer: { id: 'truth', kind: 'truth', name: 'truth' },
      classes: context.session().classes.map(({ name }) => name),
      fingerprint: () => (source.kind === 'rle' ? Promise.resolve(source.code) : sameFile(source.path)),
      read: (signal) => readObjects({ kind: 'truth', name: 'truth', path }, slide, signal),
    },
  ];
}

/** @throws FtuError for a slide that has its truth twice */
export async function layersOfSlide(context: StudioContext, slide: StudioSlide): Promise<readonly FoundLayer[]> {
  const predictions = context.predictions();
  const unread = await Promise.all(predictions.map((prediction) => unreadLayer(prediction, slide)));
  return [
    ...predictions.flatMap((prediction) => predictionLayer(prediction, slide)),
    ...truthLayer(context, slide),
    ...unread.flat(),
  ];
}
