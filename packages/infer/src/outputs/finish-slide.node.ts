/**
 * From the bands of a slide to its files: mask and probabilities as pyramids, polygons, a picture, numbers. All of it from runs and
 * 8-bit bands, so that memory holds objects and a few columns of pixels.
 */
import { join } from 'node:path';
import {
  eachOutline,
  isColourless,
  objectsOf,
  paintRuns,
  pixelArea,
  type Raster,
  type Rect,
  type RunMask,
  type RunObjects,
  raster,
  rleOfRuns,
  type SlideLook,
} from '@ftuseg/core';
import { createGeoJsonWriter, type Slide, writeJpeg, writePyramid } from '@ftuseg/slide';
import { throwIfCancelled } from '../concurrency/cancel.js';
import { collectRuns } from '../level0/collect-runs.js';
import { postprocess } from '../level0/postprocess.js';
import type { SlidePlan } from '../plan/plan.js';
import type { BandStore } from './band-store.node.js';
import { type ObjectStatistics, objectStatistics } from './object-statistics.js';
import { geoJsonName, maskName, type OutputName, overlayName, probabilityNames } from './output-names.js';
import { classColours, drawOutlines, drawUnknown } from './overlay.js';
import { shrinkRuns } from './shrink-runs.js';
import { type SlideFacts, slideFacts } from './slide-facts.js';

/** From 90 on colours keep the full resolution, which thin outlines need. */
const OVERLAY_QUALITY = 90;
/** Columns of a mask that are painted at one time: a row of tiles. */
const PAINTED_COLUMNS = 256;

export interface FinishedSlide {
  readonly facts: SlideFacts;
  /** Objects that there were before post-processing, where it left none. */
  readonly removed: number;
  /** Kaggle's run-length code for each class. */
  readonly codes: readonly string[];
  /** Written files, relative to the output folder. */
  readonly files: readonly string[];
}

export interface FinishOptions {
  readonly out: string;
  readonly id: string;
  readonly outputs: readonly OutputName[];
  /** Of the whole slide: what the overlay is drawn on. */
  readonly overview: Raster;
  /** Of the overview. */
  readonly look: SlideLook;
  readonly signal: AbortSignal | undefined;
}

/**
 * @throws {FtuError} `io`, `cancelled`, or what the slide throws
 */
export async function finishSlide(
  slide: Slide,
  plan: SlidePlan,
  store: BandStore,
  { out, id, outputs, overview, look, signal }: FinishOptions,
): Promise<FinishedSlide> {
  const { classes, scale } = plan;
  const found = collectRuns(await store.runs(), slide.width, slide.height);
  const mask = postprocess(found, plan);
  const objects = objectsOf(mask);
  throwIfCancelled(signal);
  const wants = (name: OutputName): boolean => outputs.includes(name);
  const writing: Promise<void>[] = [];
  const files: string[] = [];
  const write = (name: string, work: (path: string) => Promise<void>): void => {
    files.push(name);
    writing.push(work(join(out, name)));
  };
  if (wants('mask')) write(maskName(id), (path) => writeMask(path, mask, plan, signal));
  if (wants('probability')) {
    for (const [c, name] of probabilityNames(id, classes).entries()) {
      write(name, (path) => writeProbability(path, store, plan, c, signal));
    }
  }
  if (wants('geojson')) {
    write(geoJsonName(id), async (path) => {
      const statistics = await objectStatistics(mask, objects, store.bands(), plan.grid);
      await writePolygons(path, mask, objects, statistics, plan);
    });
  }
  if (wants('overlay')) {
    write(overlayName(id), async (path) => {
      const outlined = drawOutlines(overview, shrinkRuns(mask, overview.width, overview.height));
      await writeJpeg(path, drawUnknown(outlined, store.unreadable, slide), OVERLAY_QUALITY);
    });
  }
  // Every writer ends before the first failure is reported: none may go on beside whatever comes next.
  const failed = (await Promise.allSettled(writing)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return {
    facts: slideFacts(objects.objects, classes, slide, scale, isColourless(look) ? undefined : look.stained),
    removed: objects.objects.length === 0 && mask !== found.mask ? objectsOf(found.mask).objects.length : 0,
    codes: classes.map((_, c) => rleOfRuns(mask, c + 1)),
    files,
  };
}

/** 0 and 255 for one class, label values for several. */
async function writeMask(path: string, mask: RunMask, plan: SlidePlan, signal: AbortSignal | undefined): Promise<void> {
  const shown = plan.classes.length === 1 ? (label: number) => (label === 0 ? 0 : 255) : undefined;
  const { width, height } = mask;
  const bands = function* (): Generator<Raster> {
    for (let x = 0; x < width; x += PAINTED_COLUMNS) {
      const band: Rect = { x, y: 0, width: Math.min(PAINTED_COLUMNS, width - x), height };
      yield paintRuns(mask, band, shown);
    }
  };
  await writePyramid(
    path,
    {
      width,
      height,
      channels: 1,
      content: 'labels',
      order: 'columns',
      signal,
      micronsPerPixel: plan.scale,
    },
    bands(),
  );
}

/** 0 to 255 for 0 to 1, at the working resolution. */
async function writeProbability(
  path: string,
  store: BandStore,
  { grid, classes }: SlidePlan,
  channel: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const bands = async function* (): AsyncGenerator<Raster> {
    for await (const { probability } of store.bands()) yield planeOf(probability, channel);
  };
  await writePyramid(
    path,
    {
      width: grid.width,
      height: grid.height,
      channels: 1,
      order: 'columns',
      compression: 'deflate',
      signal,
      micronsPerPixel: grid.scale,
      description: `probability of ${classes[channel]}, 255 for 1`,
    },
    bands(),
  );
}

function planeOf(image: Raster, channel: number): Raster {
  const { width, height, channels, data } = image;
  if (channels === 1) return image;
  const out = new Uint8Array(width * height);
  for (let i = 0; i < out.length; i++) out[i] = data[i * channels + channel] as number;
  return raster(width, height, 1, out);
}

async function writePolygons(
  path: string,
  mask: RunMask,
  objects: RunObjects,
  statistics: readonly ObjectStatistics[],
  { classes, scale }: SlidePlan,
): Promise<void> {
  const outlines = eachOutline(mask, objects);
  const writer = await createGeoJsonWriter(path);
  try {
    for (const [i, { label, area }] of objects.objects.entries()) {
      const known = statistics[i];
      await writer.write({
        polygons: outlines.next().value ?? [],
        name: classes[label - 1] ?? '',
        colour: classColours[(label - 1) % classColours.length] ?? [0, 0, 0],
        measurements: {
          ...(scale === undefined ? { 'Area px^2': area } : { 'Area µm^2': area * pixelArea(scale) }),
          'Mean probability': known?.probability ?? 0,
          ...(known?.agreement === undefined ? {} : { 'Model agreement': known.agreement }),
        },
      });
    }
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
