/** Colours that slides are brought to, as model cards and data sets keep them. */
import type { StainStatistics } from '@ftuseg/core';
import { z } from 'zod';

/** Colours by the ICC profile of each slide: `srgb`, converted to sRGB. */
export const iccSchema = z.enum(['srgb']);

const triple = z.tuple([z.number(), z.number(), z.number()]).readonly();
const spread = z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]).readonly();
const amounts = z.tuple([z.number().positive(), z.number().positive()]).readonly();

/** See `StainStatistics` of `@ftuseg/core`. */
export const stainStatisticsSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('reinhard'), mean: triple, std: spread }),
  z.object({ method: z.literal('macenko'), vectors: z.tuple([triple, triple]).readonly(), amounts }),
]) satisfies z.ZodType<StainStatistics>;
