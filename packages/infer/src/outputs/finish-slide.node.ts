/**
 * From the bands of a slide to its files: mask and probabilities as pyramids, polygons, a picture, numbers. All of it from runs and
 * 8-bit bands, so that memory holds objects and a few columns of pixels.
 */
import { join } from 'node:path';
import { type Raster, raster, rleOfRuns, type SlideLook } from '@ftuseg/core';
import { maskValues, type ResultSeries, type Slide, writeJpeg, writeMaskPyramid, writePyramid } from '@ftuseg/slide';
import type { BandStore } from '../band-store/band-store.js';
import { temperatureOf, temperedOctets } from '../model/calibration.js';
import type { SlidePlan } from '../plan/plan.js';
import { type DescribedSlide, describeSlide } from './describe-slide.js';
import { hasFile, noFileNote, writeResults } from './dicom/write-results.node.js';
import { writeObjectTable } from './objects/object-table.node.js';
import { outlineTolerance, type QuPathCorner, qupathCorner } from './objects/outline-features.js';
import { writeOutlines } from './objects/write-outlines.node.js';
import {
  dicomName,
  dicomOutputs,
  disagreementNames,
  geoJsonName,
  maskName,
  type OutlineChoice,
  type OutputName,
  objectsName,
  overlayName,
  probabilityNames,
} from './output-names.js';
import { drawOutlines, drawUnknown } from './overlay.js';
import { shrinkRuns } from './shrink-runs.js';

/** From 90 on colours keep the full resolution, which thin outlines need. */
const OVERLAY_QUALITY = 90;

export interface FinishedSlide {
  readonly described: Pick<DescribedSlide, 'facts' | 'objects' | 'removed' | 'small'>;
  /** Kaggle's run-length code for each class. */
  readonly codes: readonly string[];
  /** Written files, relative to the output folder. */
  readonly files: readonly string[];
  /** What a person should know of the files, in sentences. */
  readonly notes: readonly string[];
}

export interface FinishOptions {
  readonly out: string;
  readonly id: string;
  readonly outputs: readonly OutputName[];
  readonly outlines: OutlineChoice;
  /** Of the whole slide: what the overlay is drawn on. */
  readonly overview: Raster;
  /** Of the overview. */
  readonly look: SlideLook;
  /** The DICOM slide, where DICOM is written. */
  readonly series: ResultSeries | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * @throws {FtuError} `io`, `cancelled`, or what the slide throws
 */
export async function finishSlide(
  slide: Slide,
  plan: SlidePlan,
  store: BandStore,
  { out, id, outputs, outlines, overview, look, series, signal }: FinishOptions,
): Promise<FinishedSlide> {
  const { classes } = plan;
  const wants = (name: OutputName): boolean => outputs.includes(name);
  const describes = series !== undefined || wants('geojson') || wants('objects');
  const described = await describeSlide(slide, plan, store, { id, look, describes, signal });
  const { mask, objects, measured, ids } = described;
  const writing: Promise<void>[] = [];
  const files: string[] = [];
  const write = (name: string, work: (path: string) => Promise<void>): void => {
    files.push(name);
    writing.push(work(join(out, name)));
  };
  if (wants('mask')) {
    const options = { valueFor: maskValues(classes), micronsPerPixel: plan.scale, signal };
    write(maskName(id), (path) => writeMaskPyramid(path, mask, options));
  }
  if (wants('probability')) {
    for (const [c, name] of probabilityNames(id, classes).entries()) {
      write(name, (path) => writeProbability(path, store, plan, c, signal));
    }
  }
  // In time that was short a slide may have been left to one model, which agrees with itself.
  if (wants('disagreement') && plan.members.length > 1) {
    for (const [c, name] of disagreementNames(id, classes).entries()) {
      write(name, (path) => writeDisagreement(path, store, plan, c, signal));
    }
  }
  const simplify = outlines === 'exact' ? undefined : outlineTolerance(plan);
  const notes: string[] = [];
  if (wants('geojson')) {
    const corner = qupathCorner(plan);
    write(geoJsonName(id), (path) => writeOutlines(path, { mask, found: objects, measured, ids, simplify }, corner));
    if (corner !== undefined) notes.push(cornerNote(corner));
  }
  if (wants('objects')) write(objectsName(id), (path) => writeObjectTable(path, id, measured, ids));
  if (wants('overlay')) {
    write(overlayName(id), async (path) => {
      const outlined = drawOutlines(overview, shrinkRuns(mask, overview.width, overview.height));
      drawUnknown(outlined, store.unreadable, slide);
      await writeJpeg(path, outlined, OVERLAY_QUALITY);
    });
  }
  if (series !== undefined) {
    const results = { series, mask, found: objects, measured, ids, simplify };
    for (const output of dicomOutputs.filter(wants)) {
      if (!hasFile(output, measured.length)) notes.push(noFileNote);
      else
        write(
          dicomName(output, id),
          async (path) => void notes.push(...(await writeResults(output, path, results, signal))),
        );
    }
  }
  // Every writer ends before the first failure is reported: none may go on beside whatever comes next.
  const failed = (await Promise.allSettled(writing)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return {
    described,
    codes: classes.map((_, c) => rleOfRuns(mask, c + 1)),
    files,
    notes: notes.sort(),
  };
}

const cornerNote = ({ pixels: { x, y } }: QuPathCorner): string =>
  `its GeoJSON counts from (${x}, ${y}), the corner of what was scanned, as QuPath does; all other files count from the corner of the slide`;

/** A map of octets at the working resolution, as a pyramid. */
const writeMap = (
  path: string,
  { grid }: SlidePlan,
  {
    bands,
    description,
    signal,
  }: { bands: AsyncIterable<Raster>; description: string; signal: AbortSignal | undefined },
): Promise<void> =>
  writePyramid(
    path,
    {
      width: grid.width,
      height: grid.height,
      channels: 1,
      order: 'columns',
      compression: 'deflate',
      signal,
      micronsPerPixel: grid.scale,
      description,
    },
    bands,
  );

/** 0 to 255 for 0 to 1, at the working resolution; tempered as the model's card says. */
function writeProbability(
  path: string,
  store: BandStore,
  plan: SlidePlan,
  channel: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const temperature = temperatureOf(plan.members.map(({ model }) => model));
  const shown = temperedOctets(temperature);
  const bands = async function* (): AsyncGenerator<Raster> {
    for await (const { probability } of store.bands()) yield planeOf(probability, channel, shown);
  };
  const tempering = temperature === 1 ? '' : `, at a temperature of ${temperature.toPrecision(4)}`;
  const description = `probability of ${plan.classes[channel]}, 255 for 1${tempering}`;
  return writeMap(path, plan, { bands: bands(), description, signal });
}

const asStored = Uint8Array.from({ length: 256 }, (_, value) => value);

/** 0 to 255 for a standard deviation of 0 to 0.5, at the working resolution. */
function writeDisagreement(
  path: string,
  store: BandStore,
  plan: SlidePlan,
  channel: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const bands = async function* (): AsyncGenerator<Raster> {
    for await (const { spread } of store.bands()) {
      if (spread === undefined) throw new RangeError('the bands do not say how far the models are apart');
      yield planeOf(spread, channel, asStored);
    }
  };
  const description = `standard deviation of the models' probabilities of ${plan.classes[channel]}, 255 for 0.5`;
  return writeMap(path, plan, { bands: bands(), description, signal });
}

/** @param shown for each value what is written instead */
function planeOf(image: Raster, channel: number, shown: Uint8Array): Raster {
  const { width, height, channels, data } = image;
  const out = new Uint8Array(width * height);
  for (let i = 0; i < out.length; i++) out[i] = shown[data[i * channels + channel] as number] as number;
  return raster(width, height, 1, out);
}
