/** A studio of a few small slides without a server: real pictures and real predictions by a network that finds what is bright. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { loadModel, type OutlineChoice, predictTable, usualOutputs } from '@ftuseg/infer';
import { openSlide, type SlideRow, writePng } from '@ftuseg/slide';
import { convolutionModel } from '../../../tests/convolution-model.js';
import { countedObjects } from '../src/edits/counted.js';
import type { Decision, SlideObject } from '../src/protocol/objects.js';
import type { OpenPrediction, SlideDocument, StudioContext, StudioSlide } from '../src/server/context.js';

/** Level-0 pixels per pixel that the network sees. */
export const DOWNSAMPLE = 2;
const [WIDTH, HEIGHT] = [700, 540];

/** Discs and a ring with blurred borders, so that probabilities have many values. */
function brightness(x: number, y: number, seed: number): number {
  const disc = (cx: number, cy: number, radius: number): number => radius - Math.hypot(x - cx, y - cy);
  const ring = Math.min(disc(480, 300, 90), -disc(480, 300, 40));
  const inside = Math.max(disc(120 + 10 * seed, 130, 60), disc(300, 420, 35.5), ring);
  return Math.round(Math.min(250, Math.max(5, 128 + 12 * inside)));
}

async function writePicture(path: string, seed: number): Promise<void> {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) data.fill(brightness(x, y, seed), 3 * (y * WIDTH + x), 3 * (y * WIDTH + x) + 3);
  }
  await writePng(path, raster(WIDTH, HEIGHT, 3, data));
}

/** What the log of edits would give. */
export interface Corrections {
  readonly changed: Map<string, SlideObject | null>;
  readonly decisions: Map<string, Decision>;
  revision: number;
}

export interface SmallStudio {
  readonly folder: string;
  readonly context: StudioContext;
  readonly rows: readonly SlideRow[];
  /** The first. */
  readonly slide: StudioSlide;
  readonly predictions: OpenPrediction[];
  readonly corrections: Corrections;
  /** Predicts all slides into a folder of this name. */
  readonly predict: (name: string, options?: PredictOptions) => Promise<OpenPrediction>;
  readonly remove: () => Promise<void>;
}

export interface PredictOptions {
  readonly outlines?: OutlineChoice;
  /** Biases of the networks of an ensemble; one network if unset. */
  readonly biases?: readonly number[];
  readonly temperature?: number;
}

/** A card that tempers probabilities and says nothing of objects. */
const calibrated = (temperature: number) => {
  const pixels = { count: 1, error: { before: 0.1, after: 0.1 } };
  return { version: 1, temperature, pixels, objects: null, slides: 1, groups: 1 } as const;
};

/** As the server reads a folder of `ftu predict`. */
export async function openFolder(folder: string, id: string): Promise<OpenPrediction> {
  const report = JSON.parse(await readFile(join(folder, 'predictions.json'), 'utf8'));
  const classes: string[] = report.models[0].card.classes;
  return {
    id,
    name: id,
    models: report.models.map(({ name }: { name: string }) => name),
    classes,
    thresholds: { glomerulus: 0.5 },
    folder,
    fileOf: (output, { row }) => {
      const names = {
        geojson: `geojson/${row.id}.geojson`,
        objects: `objects/${row.id}.csv`,
        mask: `masks/${row.id}.tif`,
        probability: `probability/${row.id}.tif`,
        disagreement: `disagreement/${row.id}.tif`,
        facts: `slides/${row.id}.json`,
        overlay: `overlays/${row.id}.jpg`,
      };
      const path = join(folder, names[output]);
      return existsSync(path) ? path : undefined;
    },
  };
}

async function* objectsOf(path: string | undefined): AsyncGenerator<SlideObject> {
  const features = path === undefined ? [] : JSON.parse(await readFile(path, 'utf8')).features;
  for (const { id, geometry, properties } of features) {
    const polygons: number[][][][] = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    const flat = polygons.map((rings) => rings.map((ring) => ring.flat()));
    yield { id, class: properties.classification.name, polygons: flat };
  }
}

/** @param count of slides, named `a`, `b`, ... */
export async function smallStudio(count = 1): Promise<SmallStudio> {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-studio-'));
  const rows: SlideRow[] = [];
  for (let i = 0; i < count; i++) {
    const id = String.fromCharCode(97 + i);
    const image = join(folder, `${id}.png`);
    await writePicture(image, i);
    rows.push({ id, image, micronsPerPixel: 0.5, columns: { id, image, mpp: '0.5' } });
  }
  const slides = rows.map(
    (row): StudioSlide => ({
      id: `s-${row.id}`,
      row,
      size: async () => ({ width: WIDTH, height: HEIGHT }),
      use: async (work) => {
        const slide = await openSlide(row.image);
        try {
          return await work(slide);
        } finally {
          await slide.close();
        }
      },
    }),
  );
  const [slide] = slides;
  if (slide === undefined) throw new RangeError('a studio has a slide at least');
  const predictions: OpenPrediction[] = [];
  const corrections: Corrections = { changed: new Map(), decisions: new Map(), revision: 0 };
  const stop = new AbortController();
  const document = async (slide: StudioSlide): Promise<SlideDocument> => {
    const own =
      slide.row.id === 'a' ? corrections : { changed: new Map<string, SlideObject | null>(), decisions: new Map() };
    return {
      revision: corrections.revision,
      edits: () => [],
      changed: own.changed,
      decisions: own.decisions,
      objects: () => countedObjects(objectsOf(predictions[0]?.fileOf('geojson', slide)), own),
      append: () => Promise.reject(new Error('nothing is edited here')),
    };
  };
  const add = async (path: string): Promise<OpenPrediction> => {
    const known = predictions.findIndex(({ folder: one }) => one === path);
    const opened = await openFolder(path, known < 0 ? `p${predictions.length}` : (predictions[known]?.id ?? ''));
    predictions.splice(known < 0 ? predictions.length : known, 1, opened);
    return opened;
  };
  await mkdir(join(folder, 'work'));
  const context: StudioContext = {
    session: () => ({
      title: 'small',
      version: '0',
      classes: [{ name: 'glomerulus', colour: [255, 0, 0] }],
      predictions,
      corrects: predictions[0]?.id,
      truth: false,
    }),
    slides,
    slide: (id) => slides.find((one) => one.id === id),
    predictions: () => predictions,
    addPrediction: async (path, given) => {
      const added = await add(path);
      return { ...added, name: given ?? added.name };
    },
    removePrediction: (id) => void predictions.splice(0, Infinity, ...predictions.filter((one) => one.id !== id)),
    document,
    workFolder: join(folder, 'work'),
    ftu: [],
    models: [],
    signal: stop.signal,
  };
  return {
    folder,
    context,
    rows,
    slide,
    predictions,
    corrections,
    async predict(name, { outlines = 'simplified', biases = [-6], temperature } = {}) {
      const models = [];
      for (const [i, bias] of biases.entries()) {
        const path = join(folder, `${name}-${i}.onnx`);
        const weight = Array.from({ length: 27 }, (_, n) => (n % 9 === 4 ? 4 : 0));
        const calibration = temperature === undefined ? {} : { calibration: calibrated(temperature) };
        await writeFile(path, convolutionModel({ weight, bias }, { downsample: DOWNSAMPLE, ...calibration }));
        models.push({ model: await loadModel(path), weight: 1 });
      }
      const out = join(folder, name);
      const outputs = models.length > 1 ? [...usualOutputs, 'disagreement' as const] : usualOutputs;
      await predictTable(rows, models, { out, all: true, outlines, outputs });
      for (const { model } of models) await model.close();
      return add(out);
    },
    async remove() {
      stop.abort();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
