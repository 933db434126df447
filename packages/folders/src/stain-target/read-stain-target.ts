/** Colours that slides are brought to, from what a person names: a slide or picture to measure, or numbers that were measured before. */
import { FtuError, measureStain, overviewSize, parseJson, type StainMethod, type StainStatistics } from '@ftuseg/core';
import { readRegularText } from '@ftuseg/files';
import { stainStatisticsSchema } from '@ftuseg/nn';
import { openSlide, slideColours } from '@ftuseg/slide';
import { z } from 'zod';

export interface StainTargetOptions {
  readonly method: StainMethod;
  /** Colours of the target become sRGB by its ICC profile first, as those of the slides do. */
  readonly icc?: 'srgb' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The numbers themselves, or what has them: `dataset.json`, a model card. */
const storedSchema = z.union([
  stainStatisticsSchema,
  z.object({ stainNormalisation: stainStatisticsSchema, icc: z.enum(['srgb']).optional() }),
]);

/**
 * @param path of a slide or picture, measured on its overview; or of JSON with the numbers, such as the `dataset.json` of a data set with normalised stains
 * @throws {FtuError} `bad-input` for numbers of another method, for JSON without them, and for a picture with too little colour; as `openSlide`
 * @example
 * const target = await readStainTarget('reference.svs', { method: 'macenko' });
 */
export async function readStainTarget(path: string, options: StainTargetOptions): Promise<StainStatistics> {
  return /\.json$/i.test(path) ? storedTarget(path, options) : measuredTarget(path, options);
}

async function storedTarget(path: string, { method, icc }: StainTargetOptions): Promise<StainStatistics> {
  const fail = (problem: string, hint: string): FtuError => new FtuError('bad-input', problem, { subject: path, hint });
  const { data } = storedSchema.safeParse(parseJson(await readRegularText(path), 'the target', { subject: path }));
  if (data === undefined) {
    throw fail('it holds no colours to normalise to', 'give a dataset.json with stainNormalisation, or a slide');
  }
  const found = 'stainNormalisation' in data ? data.stainNormalisation : data;
  if (found.method !== method) throw fail(`its colours are by ${found.method}`, `measure them by ${method}`);
  if ('stainNormalisation' in data && data.icc !== icc) {
    const words = (space: 'srgb' | undefined): string => (space === undefined ? 'as stored' : 'in sRGB');
    throw fail(
      `its colours were measured ${words(data.icc)}, and slides are to be shown ${words(icc)}`,
      'give the same --icc, or a slide to measure',
    );
  }
  return found;
}

async function measuredTarget(path: string, { method, icc, signal }: StainTargetOptions): Promise<StainStatistics> {
  const slide = await openSlide(path);
  try {
    const { width, height } = overviewSize(slide);
    const overview = await slide.readRows({ width, height, top: 0, rows: height }, { signal });
    const { recolour } = await slideColours(slide, { icc }, async () => overview, path);
    const found = measureStain(recolour === undefined ? overview : recolour(overview), method);
    if (found !== undefined) return found;
    throw new FtuError('bad-input', 'it has too little colour to take it from', {
      subject: path,
      hint: 'choose another slide',
    });
  } finally {
    await slide.close();
  }
}
