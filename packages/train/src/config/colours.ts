/** Which colours prepared slides get, as `ftu prepare` and a recipe's prepare step both ask it. */
import { stainMethods } from '@ftuseg/core';
import { iccSchema } from '@ftuseg/nn';
import { z } from 'zod';

export const colourFields = {
  icc: iccSchema
    .optional()
    .describe(
      "srgb: convert every slide's colours to sRGB by its ICC profile, before stains are normalised; the model card says so, and prediction does it too (colours as stored if unset)",
    ),
  stainNormalisation: z
    .enum(stainMethods)
    .optional()
    .describe(
      'bring the colours of every slide to the same ones, by Reinhard or Macenko; the model card says so, and prediction does it too (none if unset)',
    ),
  stainTarget: z
    .string()
    .min(1)
    .optional()
    .describe('id of the slide whose colours all others get; published reference colours if unset'),
};
