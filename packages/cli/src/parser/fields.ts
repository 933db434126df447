/** Properties that several commands have, said once. */
import { GROUP_COLUMN } from '@ftuseg/core';
import { z } from 'zod';

/** A file to read. */
export const file = (description: string) => z.string().meta({ placeholder: 'FILE', description });
/** A file to write, which the program makes sure of before it does anything. */
export const outputFile = (description: string) => z.string().meta({ placeholder: 'FILE', writes: true, description });
/** A folder to read or write. */
export const folder = (description: string) => z.string().meta({ placeholder: 'DIR', description });
/** A file or a folder. */
export const path = (description: string) => z.string().meta({ placeholder: 'PATH', description });

export const where = z
  .string()
  .optional()
  .meta({ placeholder: 'FILTER', description: 'only these rows: COLUMN=VALUE[|VALUE] or COLUMN!=VALUE' });

export const group = z.string().optional().meta({ placeholder: 'COLUMN', description: GROUP_COLUMN });

export const threads = z.int().min(1).max(256).optional().describe('processor threads (default: all cores)');
