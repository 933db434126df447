/** What was corrected in numbers: a table of a slide's objects, and one line for each slide. */
import { dirname, join } from 'node:path';
import type { ReadableStream } from 'node:stream/web';
import { makeFolder, writeAtomically } from '@ftuseg/files';
import { correctedSummary } from '../../../measures/corrected-table.js';
import type { StudioContext, StudioSlide } from '../../context.js';
import { measuresOfStudio } from '../../measures/measure-service.js';
import { EXPORT_FOLDER, streamOfFile } from './file-stream.js';

/** @throws FtuError `io`; `bad-input` for a prediction whose table is none */
export async function writeObjects(path: string, slide: StudioSlide, context: StudioContext): Promise<void> {
  await makeFolder(dirname(path));
  await writeAtomically(path, async (file) => {
    for await (const piece of measuresOfStudio(context).tableOf(slide)) await file.writeFile(piece);
  });
}

/** Writes the file, then gives its bytes. @throws as {@link writeObjects} */
export async function correctedObjects(
  context: StudioContext,
  slide: StudioSlide,
): Promise<ReadableStream<Uint8Array>> {
  const path = join(context.workFolder, EXPORT_FOLDER, 'objects', `${slide.row.id}.csv`);
  await writeObjects(path, slide, context);
  return streamOfFile(path);
}

/** Of every slide that is corrected or predicted: where neither is, nothing is known, and a line would say 0. */
export async function summaryOf(context: StudioContext, slides: readonly StudioSlide[]): Promise<string> {
  const measures = measuresOfStudio(context);
  const prediction = context.predictions().find(({ id }) => id === context.session().corrects);
  const rows: Parameters<typeof correctedSummary>[0][number][] = [];
  for (const slide of slides) {
    const { revision } = await context.document(slide);
    if (revision === 0 && prediction?.fileOf('geojson', slide) === undefined) continue;
    rows.push({ id: slide.row.id, edits: revision, measures: await measures.ofSlide(slide) });
  }
  return correctedSummary(rows);
}
