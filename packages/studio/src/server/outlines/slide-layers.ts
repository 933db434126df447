/** The sets of outlines that a slide has: of each prediction its objects and what could not be read, the truth, and what is corrected where that is neither. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rect } from '@ftuseg/core';
import { FtuError, parseJson } from '@ftuseg/core';
import { fileIdentity } from '@ftuseg/files';
import { outcomeNotes, reportFile } from '@ftuseg/infer';
import { truthSource } from '@ftuseg/slide';
import { z } from 'zod';
import type { ObjectToPack } from '../../outlines/encode-object.js';
import type { OpenPrediction, StudioContext, StudioSlide } from '../context.js';
import { baseSource } from '../edits/base/base-source.js';
import { scaleInStudio, scaleOfSlide } from '../measures/slide-facts.js';
import type { FoundLayer } from './found-layer.js';
import { readObjects, toPack } from './read-objects.js';

/** The class of regions that could not be read. */
export const UNREAD = 'unread';

const sameFile = async (path: string): Promise<string> => {
  const { bytes, modified, etag } = await fileIdentity(path);
  return JSON.stringify([path, bytes, modified, etag]);
};

const rect = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
const slideSchema = z.looseObject({
  id: z.string(),
  unreadable: z.array(rect).optional(),
  smallObjects: z.number().optional(),
  notes: z.array(z.string()).optional(),
});
const reportSchema = z.object({ slides: z.array(slideSchema) });

/** What a prediction's report says of a slide. */
interface Told {
  readonly unreadable: readonly Rect[];
  /** Sentences. */
  readonly notes: readonly string[];
}

const NOTHING: Told = { unreadable: [], notes: [] };

/** Reports by their folders, read again when they are others. */
const reports = new Map<string, { readonly same: string; readonly told: ReadonlyMap<string, Told> }>();

async function toldIn(folder: string): Promise<ReadonlyMap<string, Told>> {
  const path = join(folder, reportFile);
  const same = await sameFile(path);
  const known = reports.get(folder);
  if (known?.same === same) return known.told;
  const report = reportSchema.safeParse(parseJson(await readFile(path, 'utf8'), 'this', { subject: path }));
  const slides = report.data?.slides ?? [];
  const told = new Map(
    slides.map((slide) => [slide.id, { unreadable: slide.unreadable ?? [], notes: outcomeNotes(slide) }]),
  );
  reports.set(folder, { same, told });
  return told;
}

async function toldOf({ folder }: OpenPrediction, { row }: StudioSlide): Promise<Told> {
  const found = await toldIn(folder).catch((error: unknown) => {
    // A folder that was removed meanwhile has no regions; its other layers say what is wrong.
    if (error instanceof FtuError) return undefined;
    throw error;
  });
  return found?.get(row.id) ?? NOTHING;
}

function predictionLayer(prediction: OpenPrediction, slide: StudioSlide, told: Told): FoundLayer[] {
  const path = prediction.fileOf('geojson', slide);
  if (path === undefined) return [];
  const { id, name, classes } = prediction;
  return [
    {
      layer: { id: `prediction-${id}`, kind: 'prediction', name, prediction: id },
      classes,
      before: told.notes,
      fingerprint: () => sameFile(path),
      read: (signal) =>
        readObjects({ kind: 'prediction', name, path }, slide, () => scaleOfSlide(slide, prediction), signal),
    },
  ];
}

function unreadLayer({ id, name }: OpenPrediction, { unreadable: regions }: Told): FoundLayer[] {
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

/**
 * Where corrections do not begin from a prediction: the truth, or what is kept of a prediction that is gone. It is a layer of its own, so that what is
 * corrected can be compared with the truth.
 */
async function correctedLayer(context: StudioContext, slide: StudioSlide): Promise<FoundLayer[]> {
  const source = baseSource(context, slide);
  if (source.kind === 'prediction') return [];
  const classes = context.session().classes.map(({ name }) => name);
  if (source.kind === 'truth') {
    return truthLayer(context, slide).map((truth) => ({
      ...truth,
      layer: { id: 'corrected-truth', kind: 'corrected', name: 'truth, as corrected' },
    }));
  }
  // Of a log that cannot be read the list of slides says why.
  const { base } = await context.document(slide).catch(() => ({ base: undefined }));
  if (base === undefined || base.record.kind === 'nothing') return [];
  const { sha256, name } = base.record;
  return [
    {
      layer: { id: `corrected-${sha256.slice(0, 16)}`, kind: 'corrected', name: `${name}, as corrected` },
      classes,
      fingerprint: async () => sha256,
      read: (signal) => ({
        objects: toPack(base.objects(), () => scaleInStudio(context, slide), signal),
        notes: () => [],
      }),
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
      fingerprint: async () =>
        source.kind === 'rle'
          ? source.code
          : `${await sameFile(source.path)} from ${row.annotationOrigin ?? 'what it states'}`,
      read: (signal) =>
        readObjects({ kind: 'truth', name: 'truth', path }, slide, () => scaleInStudio(context, slide), signal),
    },
  ];
}

/** @throws FtuError for a slide that has its truth twice */
export async function layersOfSlide(context: StudioContext, slide: StudioSlide): Promise<readonly FoundLayer[]> {
  const predictions = await Promise.all(
    context.predictions().map(async (prediction) => ({ prediction, told: await toldOf(prediction, slide) })),
  );
  return [
    ...(await correctedLayer(context, slide)),
    ...predictions.flatMap(({ prediction, told }) => predictionLayer(prediction, slide, told)),
    ...truthLayer(context, slide),
    ...predictions.flatMap(({ prediction, told }) => unreadLayer(prediction, told)),
  ];
}
