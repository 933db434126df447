/** How level 0 becomes tiles, as `ftu prepare` and a recipe's prepare step both ask it. */
import { resizeMethods } from '@ftuseg/nn';
import { z } from 'zod';

export const tilingFields = {
  resize: z
    .enum(resizeMethods)
    .default('area')
    .describe(
      "how level 0 is shrunk: 'area' averages, 'bilinear' does not (the reference solution's; labels become fractions)",
    ),
  edges: z
    .enum(['keep', 'drop'])
    .default('keep')
    .describe("'keep': tiles reach the last row and column; 'drop': what is left beside whole tiles is on none"),
};
