/** The colours that the slides of a data set are brought to, and how one of them gets there. */
import {
  FtuError,
  overviewSize,
  type Raster,
  type StainMethod,
  type StainStatistics,
  standardStain,
} from '@ftuseg/core';
import { readStainTarget } from '@ftuseg/folders';
import { type ColourChoice, type Slide, type SlideColours, type SlideRow, slideColours } from '@ftuseg/slide';

export interface ColourOptions {
  /** 'srgb': convert colours by each slide's ICC profile, before stains are normalised; unset: colours as they are stored. */
  readonly icc?: 'srgb' | undefined;
  /** Bring the colours of all slides to the same ones; unset: they keep their own. */
  readonly stainNormalisation?: StainMethod | undefined;
  /** Whose: a slide's id, or measured before; unset: published reference colours. */
  readonly stainTarget?: string | StainStatistics | undefined;
}

/** The slide as prediction sees it before it looks at colours. */
const overviewOf = (slide: Slide, signal: AbortSignal | undefined): Promise<Raster> => {
  const { width, height } = overviewSize(slide);
  return slide.readRows({ width, height, top: 0, rows: height }, { signal });
};

/**
 * @returns nothing in it where colours stay as they are
 * @throws FtuError 'bad-input' for a target without a method or of another one, a slide that is not there, one without colours to tell by, or with a damaged
 * ICC profile
 */
export async function preparedColours(
  rows: readonly SlideRow[],
  { icc, ...stain }: ColourOptions,
  signal: AbortSignal | undefined,
): Promise<ColourChoice> {
  return { icc, stainNormalisation: await stainTargetOf(rows, { icc, ...stain }, signal) };
}

async function stainTargetOf(
  rows: readonly SlideRow[],
  { icc, stainNormalisation: method, stainTarget: target }: ColourOptions,
  signal: AbortSignal | undefined,
): Promise<StainStatistics | undefined> {
  const fail = (problem: string, hint: string): never => {
    throw new FtuError('bad-input', problem, { subject: 'stainTarget', hint });
  };
  if (method === undefined) {
    return target === undefined
      ? undefined
      : fail('does nothing without stainNormalisation', 'leave it out, or choose a method');
  }
  if (target === undefined) return standardStain[method];
  if (typeof target !== 'string') {
    return target.method === method ? target : fail(`its colours are by ${target.method}`, `measure them by ${method}`);
  }
  const row = rows.find(({ id }) => id === target);
  if (row === undefined) return fail(`there is no slide "${target}"`, 'give the id of one of the slides');
  return readStainTarget(row.image, { method, icc, signal });
}

/** How the pictures of a slide change, at the working resolution; undefined where none of the data set's does. */
export async function coloursFor(
  slide: Slide,
  choice: ColourChoice,
  id: string,
  signal: AbortSignal | undefined,
): Promise<SlideColours | undefined> {
  if (choice.icc === undefined && choice.stainNormalisation === undefined) return undefined;
  return slideColours(slide, choice, () => overviewOf(slide, signal), id);
}
