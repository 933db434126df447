/** What a prediction's records say of a slide that measures need: the scale, the tissue, and how its probability map was written. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scale } from '@ftuseg/core';
import { pixelScaleOf } from '@ftuseg/slide';
import { z } from 'zod';
import type { OpenPrediction, StudioContext, StudioSlide } from '../context.js';

const scaleSchema = z.union([z.number().positive(), z.object({ x: z.number().positive(), y: z.number().positive() })]);

const factsSchema = z.object({
  outcome: z.object({
    slideMicronsPerPixel: scaleSchema.optional(),
    downsample: z.number(),
    micronsPerPixel: z.number().nullable(),
    facts: z.object({ count: z.number(), tissueMillimetres2: z.number().nullable() }),
  }),
});

const reportSchema = z.object({
  models: z.array(
    z.object({
      sha256: z.string().optional(),
      card: z.object({ calibration: z.object({ temperature: z.number() }).optional() }),
    }),
  ),
});

async function readJson<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S> | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export interface PredictedFacts {
  /** Stained area; undefined where nobody knows. */
  readonly tissueMm2: number | undefined;
  /** Micrometres per level-0 pixel that the prediction took; undefined where it knew none, and where an earlier version did not write it down. */
  readonly scale: Scale | undefined;
  /** The same by the grid that networks saw, which may be that of a level close to it. */
  readonly scaleOfGrid: number | undefined;
}

/** @returns nothing known where the record is missing, or of another version */
export async function factsOf(prediction: OpenPrediction, slide: StudioSlide): Promise<PredictedFacts> {
  const path = prediction.fileOf('facts', slide);
  const outcome = path === undefined ? undefined : (await readJson(path, factsSchema))?.outcome;
  const microns = outcome?.micronsPerPixel ?? undefined;
  return {
    tissueMm2: outcome?.facts.tissueMillimetres2 ?? undefined,
    scale: outcome?.slideMicronsPerPixel,
    scaleOfGrid: microns === undefined || outcome === undefined ? undefined : microns / outcome.downsample,
  };
}

/** What the probabilities of the map were tempered by: as `ftu predict`, for a single model alone. */
export async function temperatureOf({ folder }: OpenPrediction): Promise<number> {
  const report = await readJson(join(folder, 'predictions.json'), reportSchema);
  const [first, ...others] = report?.models ?? [];
  const alone = first !== undefined && others.every(({ sha256 }) => sha256 !== undefined && sha256 === first.sha256);
  return alone ? (first.card.calibration?.temperature ?? 1) : 1;
}

/**
 * The size of a slide's pixels: what the table says, else what the prediction took, else what the file says. A prediction may have been told another scale
 * than the file's, and its numbers are at that one.
 * @throws the reason why the slide cannot be opened
 */
export async function scaleOfSlide(
  slide: StudioSlide,
  prediction: OpenPrediction | undefined,
): Promise<Scale | undefined> {
  const { row } = slide;
  const listed = row.pixelSize ?? row.micronsPerPixel;
  if (listed !== undefined) return listed;
  const facts = prediction === undefined ? undefined : await factsOf(prediction, slide);
  if (facts?.scale !== undefined) return facts.scale;
  return (await slide.use(async (opened) => pixelScaleOf(row, opened))) ?? facts?.scaleOfGrid;
}

/** As `scaleOfSlide`, by the prediction that corrections begin from. */
export const scaleInStudio = (
  { predictions }: Pick<StudioContext, 'predictions'>,
  slide: StudioSlide,
): Promise<Scale | undefined> => scaleOfSlide(slide, predictions()[0]);
