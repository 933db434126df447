/** Keys of all steps that score slides against their labels. */
import { GROUP_COLUMN } from '@ftuseg/core';
import { z } from 'zod';

export const judgingFields = {
  classes: z.string().optional().describe('label values and names of each class and of areas in the truth'),
  group: z.string().optional().describe(GROUP_COLUMN),
};
