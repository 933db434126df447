/** The colours that the slides of a data set are brought to, and how one of them gets there. */
import {
  FtuError,
  measureStain,
  normaliseStain,
  overviewSize,
  type Raster,
  type StainMethod,
  type StainStatistics,
  standardStain,
} from '@ftuseg/core';
import { openSlide, type Slide, type SlideRow } from '@ftuseg/slide';

export interface StainOptions {
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
 * @returns undefined where colours stay as they are
 * @throws FtuError 'bad-input' for a target without a method or of another one, a slide that is not there, or one without colours to tell by
 */
export async function stainTargetOf(
  rows: readonly SlideRow[],
  { stainNormalisation: method, stainTarget: target }: StainOptions,
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
  const slide = await openSlide(row.image);
  try {
    const found = measureStain(await overviewOf(slide, signal), method);
    return found ?? fail(`slide "${target}" has too little colour to take it from`, 'choose another slide');
  } finally {
    await slide.close();
  }
}

/**
 * How the pictures of a slide change, at the working resolution.
 * @returns undefined where the slide has too little colour to tell by
 */
export async function recolouring(
  slide: Slide,
  target: StainStatistics,
  signal: AbortSignal | undefined,
): Promise<((picture: Raster) => Raster) | undefined> {
  const own = measureStain(await overviewOf(slide, signal), target.method);
  return own === undefined ? undefined : (picture) => normaliseStain(picture, own, target);
}
