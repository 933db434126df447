/** Keys of all steps that score slides against their labels. */
import { z } from 'zod';

export const judgingFields = {
  classes: z.string().optional().describe('label values and names of each class and of areas in the truth'),
  group: z
    .string()
    .optional()
    .describe('column whose values the intervals draw as a whole, or none; if unset, one that names groups'),
};
