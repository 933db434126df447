/** As much of a studio as corrections need: slides of a stated size, a prediction's GeoJSON, a work folder. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGeoJsonWriter, openSlide, type SlideRow } from '@ftuseg/slide';
import type { Hono } from 'hono';
import type { SlideObject } from '../../src/protocol/objects.js';
import type { OpenPrediction, StudioContext, StudioSlide } from '../../src/server/context.js';
import { editRoutes } from '../../src/server/edits/edit-routes.js';
import { openDocuments } from '../../src/server/edits/open-document.js';

export interface SmallStudio {
  readonly app: Hono;
  readonly context: StudioContext;
  /** What was said of logs. */
  readonly notes: string[];
}

export interface SmallOptions {
  /** Of the slide table; their opaque ids are these with `s-` before. */
  readonly slides?: readonly Partial<SlideRow>[] | undefined;
  readonly side?: number | undefined;
  /** The folder of the prediction that is corrected; default: `prediction` in the folder. */
  readonly prediction?: string | undefined;
  readonly classes?: readonly string[] | undefined;
}

export const square = (x: number, y: number, side: number): number[][] => [
  [x, y, x + side, y, x + side, y + side, x, y + side],
];

export const object = (id: string, x: number, y: number, side = 100, name = 'glomerulus'): SlideObject => ({
  id,
  class: name,
  polygons: [square(x, y, side)],
});

/** Writes `geojson/ID.geojson` of a prediction. */
export async function writePrediction(folder: string, id: string, objects: readonly SlideObject[]): Promise<void> {
  await mkdir(join(folder, 'geojson'), { recursive: true });
  const writer = await createGeoJsonWriter(join(folder, 'geojson', `${id}.geojson`));
  for (const { id: own, class: name, polygons } of objects) {
    const rings = polygons.map((polygon) => ({ rings: polygon.map((ring) => Float64Array.from(ring)) }));
    await writer.write({ id: own, name, polygons: rings, measurements: { 'Area px^2': 1 } });
  }
  await writer.close();
}

/** @param folder with the prediction's; `work` in it is the work folder */
export async function smallStudio(folder: string, options: SmallOptions = {}): Promise<SmallStudio> {
  const { slides = [{ id: 'a' }], side = 1000, classes = ['glomerulus'] } = options;
  const workFolder = join(folder, 'work');
  await mkdir(workFolder, { recursive: true });
  const notes: string[] = [];
  const predicted = options.prediction ?? join(folder, 'prediction');
  const prediction: OpenPrediction = {
    id: 'p',
    name: 'prediction',
    models: ['model'],
    classes,
    thresholds: {},
    folder: predicted,
    fileOf: (output, { row }) => {
      const path = join(predicted, output, `${row.id}.${output}`);
      return existsSync(path) ? path : undefined;
    },
  };
  const opened = slides.map((given): StudioSlide => {
    const id = given.id ?? 'a';
    const row: SlideRow = { image: join(folder, `${id}.tif`), columns: {}, ...given, id };
    const use: StudioSlide['use'] = async (work) => {
      const slide = await openSlide(row.image);
      return work(slide).finally(() => slide.close());
    };
    return { id: `s-${id}`, row, size: async () => ({ width: side, height: side }), use };
  });
  const session = {
    title: 'test',
    version: '0',
    classes: [
      ...classes.map((name) => ({ name, colour: [255, 0, 0] as const })),
      { name: 'complete', colour: [9, 9, 9] as const },
      { name: 'ignore', colour: [5, 5, 5] as const },
    ],
    predictions: [prediction],
    corrects: 'p',
    truth: false,
  };
  const given = { session: () => session, predictions: () => [prediction], workFolder };
  const context: StudioContext = {
    ...given,
    slides: opened,
    slide: (id) => opened.find((slide) => slide.id === id),
    addPrediction: () => Promise.reject(new Error('no prediction is added in this test')),
    document: openDocuments(given, (sentence) => notes.push(sentence)),
    removePrediction: () => undefined,
    models: [],
    ftu: [],
    signal: new AbortController().signal,
  };
  return { app: editRoutes(context), context, notes };
}

/** Posts an edit as a page does. */
export const post = async (
  app: Hono,
  edit: unknown,
  revision: number | string | undefined,
  slide = 's-a',
): Promise<Response> =>
  app.request(`/api/slides/${slide}/edits`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(revision === undefined ? {} : { 'If-Match': typeof revision === 'number' ? `"${revision}"` : revision }),
    },
    body: JSON.stringify(edit),
  });

export const put = (...objects: SlideObject[]) => ({
  kind: 'change',
  label: 'brush',
  changes: objects.map((one) => ({ kind: 'put', object: one })),
});

/** For a file that a test damages. */
export const overwrite = (path: string, bytes: Uint8Array | string): Promise<void> => writeFile(path, bytes);
