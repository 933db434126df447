/** Writes what was corrected for other programs: GeoJSON for QuPath, masks, tables of objects and of slides, and a slide table with which training goes on. */
import { basename, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { makeFolder, writeFileAtomic } from '@ftuseg/files';
import { z } from 'zod';
import { COMPLETE_AREA, IGNORED_AREA } from '../../../protocol/objects.js';
import type { SlideDocument, StudioContext, StudioSlide } from '../../context.js';
import { scaleInStudio } from '../../measures/slide-facts.js';
import { UNCLASSIFIED } from '../base/base-objects.js';
import { originFor, writeCorrected } from './corrected-geojson.js';
import { summaryOf, writeObjects } from './corrected-objects.js';
import { EXPORT_FOLDER } from './file-stream.js';
import { classesText, writeSlideTable } from './slide-table.js';
import { writeTrainingAnnotations } from './training-annotations.js';
import { writeMask } from './write-mask.js';

const outputs = ['geojson', 'masks', 'objects', 'table'] as const;

export const exportSchema = z.object({
  /** Opaque ids; unset: every slide with corrections. */
  slides: z.array(z.string()).min(1).optional(),
  outputs: z
    .array(z.enum(outputs))
    .min(1)
    .default([...outputs]),
});
export type ExportOptions = z.output<typeof exportSchema>;

export interface ExportReport {
  /** The folder, beginning with the name of the work folder. */
  readonly folder: string;
  /** Ids of the slide table. */
  readonly slides: readonly string[];
  /** Names in the folder. */
  readonly files: readonly string[];
  /** The slide table's name in the folder, and the text for `--classes`; unset where no slide has anything to learn from. */
  readonly table?: string | undefined;
  readonly classes?: string | undefined;
  /** By class. */
  readonly objects: Readonly<Record<string, number>>;
  readonly completeAreas: number;
  /** Of the slide table, with the reason. */
  readonly leftOut: readonly { readonly slide: string; readonly reason: string }[];
}

export const exportFolder = ({ workFolder }: Pick<StudioContext, 'workFolder'>): string =>
  join(workFolder, EXPORT_FOLDER);

/**
 * @throws FtuError `not-found` for a slide that there is not; `bad-input` where no slide has corrections; `io`, `cancelled`; what a slide throws that cannot
 *   be opened
 */
export async function exportCorrections(
  context: StudioContext,
  { slides, outputs: wanted }: ExportOptions,
): Promise<ExportReport> {
  const chosen = slides?.map((id) => slideOf(context, id)) ?? context.slides;
  const corrected: { readonly slide: StudioSlide; readonly document: SlideDocument }[] = [];
  for (const slide of chosen) {
    const document = await context.document(slide);
    if (slides !== undefined || document.revision > 0) corrected.push({ slide, document });
  }
  if (corrected.length === 0) {
    throw new FtuError('bad-input', 'no slide has corrections yet', { hint: 'draw, change or accept objects first' });
  }
  const folder = exportFolder(context);
  const classes = await classesOf(context, corrected);
  const files: string[] = [];
  const leftOut: { readonly slide: string; readonly reason: string }[] = [];
  const rows: Parameters<typeof writeSlideTable>[1][number][] = [];
  const objects: Record<string, number> = {};
  let completeAreas = 0;
  if (wanted.includes('masks')) await makeFolder(join(folder, 'masks'));
  for (const { slide, document } of corrected) {
    const { id } = slide.row;
    if (wanted.includes('geojson')) {
      const name = `geojson/${id}.geojson`;
      await writeCorrected(join(folder, name), document, context.session().classes, await originFor(slide));
      files.push(name);
    }
    if (wanted.includes('masks')) {
      const name = `masks/${id}.tif`;
      await writeMask(join(folder, name), slide, document, classes, context);
      files.push(name);
    }
    if (wanted.includes('objects')) {
      const name = `objects/${id}.csv`;
      await writeObjects(join(folder, name), slide, context);
      files.push(name);
    }
    if (!wanted.includes('table')) continue;
    const annotations = `annotations/${id}.geojson`;
    const known = await writeTrainingAnnotations(join(folder, annotations), document);
    if (known === undefined) {
      leftOut.push({ slide: id, reason: 'nothing was drawn, accepted or marked as complete' });
      continue;
    }
    files.push(annotations);
    rows.push({ row: slide.row, scale: await scaleInStudio(context, slide), annotations });
    completeAreas += known.completeAreas;
    for (const [name, count] of known.counts) objects[name] = (objects[name] ?? 0) + count;
  }
  if (wanted.includes('objects')) {
    await writeFileAtomic(join(folder, 'summary.csv'), await summaryOf(context, chosen));
    files.push('summary.csv');
  }
  const hasTable = rows.length > 0;
  if (hasTable) {
    await writeSlideTable(join(folder, 'slides.csv'), rows);
    files.push('slides.csv');
  }
  return {
    folder: `${basename(context.workFolder)}/${EXPORT_FOLDER}`,
    slides: corrected.map(({ slide }) => slide.row.id),
    files,
    ...(hasTable ? { table: 'slides.csv', classes: classesText(classes) } : {}),
    objects,
    completeAreas,
    leftOut,
  };
}

function slideOf(context: StudioContext, id: string): StudioSlide {
  const slide = context.slide(id);
  if (slide === undefined) throw new FtuError('not-found', 'there is no such slide');
  return slide;
}

/** The session's classes in their order, then others that were drawn. */
async function classesOf(
  context: StudioContext,
  corrected: readonly { readonly document: SlideDocument }[],
): Promise<string[]> {
  const areas: readonly string[] = [COMPLETE_AREA, IGNORED_AREA, UNCLASSIFIED];
  const names = new Set(context.session().classes.map(({ name }) => name));
  for (const { document } of corrected) for await (const { class: name } of document.objects()) names.add(name);
  return [...names].filter((name) => !areas.includes(name));
}
