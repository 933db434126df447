/** A slide in other colours, as `ftu convert` writes it and `ftu info` shows it. */
import { overviewSize, stainMethods, standardStain } from '@ftuseg/core';
import { readStainTarget } from '@ftuseg/folders';
import { iccSchema } from '@ftuseg/nn';
import { recolouredSlide, type Slide, slideColours, srgbProfile } from '@ftuseg/slide';
import { z } from 'zod';
import type { CommandContext } from '../../parser/command.js';
import { file } from '../../parser/fields.js';
import { UsageError } from '../../parser/usage-error.js';

export const viewFields = {
  icc: iccSchema.optional().describe('srgb: convert colours to sRGB by the ICC profile of the slide'),
  stainNormalisation: z
    .enum(stainMethods)
    .optional()
    .describe('bring its stains to those of a target, by Reinhard or Macenko'),
  stainTarget: file(
    'slide or picture to measure, or JSON with the numbers such as dataset.json (default: published colours)',
  ).optional(),
};
export const viewNames = ['icc', 'stainNormalisation', 'stainTarget'];

export type ViewOptions = z.output<z.ZodObject<typeof viewFields>>;

/** @throws {UsageError} for a target that nothing is brought to */
export function checkView({ stainNormalisation, stainTarget }: ViewOptions): void {
  if (stainTarget !== undefined && stainNormalisation === undefined) {
    throw new UsageError('--stain-target does nothing without --stain-normalisation');
  }
}

/**
 * The slide itself where no other colours are asked for. What cannot be done is said, and makes the exit code 3. Closing the view closes the slide.
 * @param name of the slide, for messages
 */
export async function colourView(
  slide: Slide,
  { icc, stainNormalisation: method, stainTarget: path }: ViewOptions,
  name: string,
  context: CommandContext,
): Promise<Slide> {
  if (icc === undefined && method === undefined) return slide;
  const { signal } = context;
  const target =
    method === undefined
      ? undefined
      : path === undefined
        ? standardStain[method]
        : await readStainTarget(path, { method, icc, signal });
  const { width, height } = overviewSize(slide);
  const overview = () => slide.readRows({ width, height, top: 0, rows: height }, { signal });
  const { recolour, lacksProfile, lacksStain } = await slideColours(
    slide,
    { icc, stainNormalisation: target },
    overview,
    name,
  );
  const warn = (problem: string): void => context.warn(`${name}: ${problem}`);
  if (lacksProfile) warn('it has no ICC profile, and its colours are taken as sRGB');
  if (lacksStain) warn('it has too little colour to normalise its stains, which stay as they are');
  return recolour === undefined
    ? slide
    : recolouredSlide(slide, recolour, icc === 'srgb' ? await srgbProfile() : undefined);
}
