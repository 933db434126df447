/**
 * One slide's prediction out of a folder. What `ftu predict` keeps of a slide comes first, because its run-length codes are the exact
 * mask in the least bytes; label images and GeoJSON of other programs are taken as well.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError, parseJson, type RunMask, runsOfRle, unionRuns } from '@ftuseg/core';
import { writtenPath } from '@ftuseg/files';
import { checkSchema, problemText } from '@ftuseg/nn';
import { openTruth } from '@ftuseg/slide';
import { z } from 'zod';
import { factsName, geoJsonName, maskName } from '../../outputs/output-names.js';
import { runsOfLabels } from '../class-runs.node.js';
import { readLabelRuns, type SlideSize } from '../truth-runs.node.js';
import { pairClasses } from './pair-classes.js';
import { type PredictionReport, predictedFacts, requirePredicted } from './prediction-report.node.js';
import type { Source } from './prediction-source.js';
import { readingOf } from './read-label-image.js';
import { readPolygons } from './read-polygons.node.js';

type Reader = (source: Source) => Promise<readonly RunMask[]>;

/** In the order in which they are looked for; names are relative to the folder. */
const places: readonly { readonly name: (id: string) => string; readonly read: Reader }[] = [
  { name: factsName, read: readCodes },
  { name: maskName, read: readLabels },
  { name: (id) => `masks/${id}.png`, read: readLabels },
  { name: (id) => `${id}.tif`, read: readLabels },
  { name: (id) => `${id}.tiff`, read: readLabels },
  { name: (id) => `${id}.png`, read: readLabels },
  { name: geoJsonName, read: readPolygons },
  { name: (id) => `${id}.geojson`, read: readPolygons },
];

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isFile(),
    () => false,
  );

/**
 * See `Predictions.read`.
 * @param report what `ftu predict` says of the folder; undefined where it did not write it
 */
export async function readFromFolder(
  folder: string,
  report: PredictionReport | undefined,
  slide: Omit<Source, 'path'>,
): Promise<readonly RunMask[]> {
  const { id } = slide;
  if (report !== undefined) {
    await requirePredicted(folder, report, id);
    return readCodes({ ...slide, path: join(folder, factsName(id)) });
  }
  for (const { name, read } of places) {
    const path = await writtenPath(join(folder, name(id)));
    if (await isFile(path)) return read({ ...slide, path });
  }
  throw new FtuError('not-found', `there is no prediction for slide ${id}`, {
    subject: folder,
    hint: `it would be one of ${places.map(({ name }) => name(id)).join(', ')}`,
  });
}

const otherSize = (path: string, found: SlideSize, wanted: SlideSize): FtuError =>
  new FtuError(
    'bad-input',
    `the prediction is ${found.width} x ${found.height}, the slide ${wanted.width} x ${wanted.height}`,
    { subject: path, hint: 'evaluate predictions with the slide table that they were made from' },
  );

const factsSchema = z.object({
  outcome: z.object({ width: z.number(), height: z.number(), facts: predictedFacts.optional() }),
  codes: z.array(z.string()).min(1),
});

async function readCodes({ path, size, classes, say }: Source): Promise<readonly RunMask[]> {
  const text = await readFile(path, 'utf8');
  const json = parseJson(text, 'this', { subject: path, hint: 'run ftu predict again' });
  const facts = checkSchema(factsSchema, json);
  if (!facts.success) {
    const hint = 'give the folder that ftu predict wrote';
    const why = problemText(facts.problems[0]);
    throw new FtuError('bad-input', `this is not what ftu predict keeps of a slide (${why})`, { subject: path, hint });
  }
  const { outcome, codes } = facts.data;
  if (outcome.width !== size.width || outcome.height !== size.height) throw otherSize(path, outcome, size);
  const masks = codes.map((code) => runsOfRle(code, size.width, size.height, { subject: path }));
  const names = outcome.facts?.classes.map(({ name }) => name);
  if (names !== undefined && names.length === masks.length) {
    const { predicted, note } = pairClasses(names, classes, path);
    if (note !== undefined) say(note);
    return predicted.map((places) => unionRuns(masks.filter((_, c) => places.includes(c))));
  }
  const wanted = classes.names.length;
  if (wanted === 1) return [unionRuns(masks)];
  if (masks.length !== wanted) {
    const found = masks.length === 1 ? 'one class' : `${masks.length} classes`;
    throw new FtuError('bad-input', `the prediction has ${found}, --classes names ${wanted}`, {
      subject: path,
      hint: 'give --classes as they were in training',
    });
  }
  say(`predictions name no classes; they are taken in the order of --classes: ${classes.names.join(', ')}`);
  return masks;
}

async function readLabels({ path, id, size, classes, signal, say }: Source): Promise<readonly RunMask[]> {
  const image = await openTruth({ id, image: path, mask: path, columns: {} }, size);
  const labels = await readLabelRuns(image, size, signal).finally(() => image.close());
  const present = [...new Set(labels.labels)].sort((a, b) => a - b);
  const { belongs, note } = readingOf(present, classes, path);
  if (note !== undefined) say(note);
  return classes.names.map((_, c) => runsOfLabels(labels, (label) => belongs(label, c)));
}
