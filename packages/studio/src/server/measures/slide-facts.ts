/** What a prediction's records say of a slide that measures need: the scale, the tissue, and how its probability map was written. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scale } from '@ftuseg/core';
import { pixelScaleOf } from '@ftuseg/slide';
import { z } from 'zod';
import type { OpenPrediction, StudioSlide } from '../context.js';

const factsSchema = z.object({
  outcome: z.object({
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
  /** Micrometres per level-0 pixel that the prediction took; undefined where it knew none. */
  readonly micronsPerPixel: number | undefined;
}

/** @returns nothing known where the record is missing, or of another version */
export async function factsOf(prediction: OpenPrediction, slide: StudioSlide): Promise<PredictedFacts> {
  const path = prediction.fileOf('facts', slide);
  const outcome = path === undefined ? undefined : (await readJson(path, factsSchema))?.outcome;
  const microns = outcome?.micronsPerPixel ?? undefined;
  return {
    tissueMm2: outcome?.facts.tissueMillimetres2 ?? undefined,
    micronsPerPixel: microns === undefined || outcome === undefined ? undefined : microns / outcome.downsample,
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
 * The size of a slide's pixels: what table and file say, else what the prediction was told.
 * @throws the reason why the slide cannot be opened
 */
export async function scaleOfSlide(
  slide: StudioSlide,
  prediction: OpenPrediction | undefined,
): Promise<Scale | undefined> {
  const stated = await slide.use(async (opened) => pixelScaleOf(slide.row, opened));
  if (stated !== undefined || prediction === undefined) return stated;
  return (await factsOf(prediction, slide)).micronsPerPixel;
}
