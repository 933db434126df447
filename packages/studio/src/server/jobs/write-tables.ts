/** The slide tables of a job: CSV files that every command of `ftu` reads, with what people drew beside them as GeoJSON. */
import { join } from 'node:path';
import { writeCsv } from '@ftuseg/files';
import { cellOfScale } from '@ftuseg/slide';
import { judges, type LeftOut, type SlideLesson, teaches } from '../../jobs/plan.js';
import { jobFiles } from '../../jobs/recipe.js';
import type { OpenPrediction, StudioContext, StudioSlide } from '../context.js';
import { writeTrainingAnnotations } from '../edits/export/training-annotations.js';
import { scaleOfSlide } from '../measures/slide-facts.js';
import { readLesson } from './lesson.js';

/** Columns that a job's table says by itself. */
const OWN = new Set(['id', 'image', 'mpp', 'annotations', 'mask', 'rle', 'encoding', 'anatomy']);

async function writeTable(
  path: string,
  slides: readonly StudioSlide[],
  prediction: OpenPrediction | undefined,
  annotations: ((slide: StudioSlide) => string) | undefined,
): Promise<void> {
  const kept = [...new Set(slides.flatMap(({ row }) => Object.keys(row.columns)))].filter((name) => !OWN.has(name));
  const columns = ['id', 'image', 'mpp', ...(annotations === undefined ? [] : ['annotations']), ...kept];
  const rows = slides.map(async (slide) => {
    const { row } = slide;
    const cells: Record<string, string> = { ...row.columns, id: row.id, image: row.image };
    cells.mpp = cellOfScale(await scaleOfSlide(slide, prediction));
    if (annotations !== undefined) cells.annotations = annotations(slide);
    return cells;
  });
  await writeCsv(path, await Promise.all(rows), columns);
}

export interface SlidesOfJob extends LeftOut {
  /** Those that can be worked on. */
  readonly slides: readonly StudioSlide[];
}

/**
 * Which slides of the table can be worked on.
 * @param needsScale whether the network knows its scale in micrometres, which `ftu` never guesses
 */
export async function slidesOf(
  { slides }: Pick<StudioContext, 'slides'>,
  prediction: OpenPrediction | undefined,
  needsScale: boolean,
): Promise<SlidesOfJob> {
  const chosen: StudioSlide[] = [];
  const [unreadable, unscaled]: [string[], string[]] = [[], []];
  for (const slide of slides) {
    if ((await slide.size()) === undefined) unreadable.push(slide.row.id);
    else if (needsScale && (await scaleOfSlide(slide, prediction)) === undefined) unscaled.push(slide.row.id);
    else chosen.push(slide);
  }
  return { slides: chosen, unreadable, unscaled };
}

/** The table of all slides, to be predicted. */
export const writeSlideTable = (
  folder: string,
  slides: readonly StudioSlide[],
  prediction: OpenPrediction | undefined,
): Promise<void> => writeTable(join(folder, jobFiles.slides), slides, prediction, undefined);

/**
 * Writes what people drew and the tables of the slides that teach.
 * @returns what each of them teaches, in the order of the table
 * @throws {FtuError} `io`
 */
export async function writeCorrected(
  folder: string,
  slides: readonly StudioSlide[],
  context: StudioContext,
  prediction: OpenPrediction | undefined,
): Promise<SlideLesson[]> {
  const lessons = new Map<StudioSlide, SlideLesson>();
  for (const slide of slides) {
    const lesson = await readLesson(slide, await context.document(slide), prediction);
    if (lesson === undefined || !teaches(lesson)) continue;
    lessons.set(slide, lesson);
    await writeTrainingAnnotations(join(folder, labelsName(slide)), await context.document(slide));
  }
  const chosen = (wanted: boolean): StudioSlide[] =>
    [...lessons].filter(([, lesson]) => judges(lesson) === wanted).map(([slide]) => slide);
  const [judging, others] = [chosen(true), chosen(false)];
  if (judging.length > 0) await writeTable(join(folder, jobFiles.corrected), judging, prediction, labelsName);
  if (others.length > 0) await writeTable(join(folder, jobFiles.more), others, prediction, labelsName);
  return [...lessons.values()];
}

/** Relative to the job's folder, where the tables are. */
const labelsName = ({ row }: StudioSlide): string => `${jobFiles.labels}/${row.id}.geojson`;
