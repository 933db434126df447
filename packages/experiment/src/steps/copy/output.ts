/** What a copy step leaves. */
import { z } from 'zod';

export const copyOutputSchema = z.object({ folder: z.string(), files: z.int() });

export type CopyOutput = z.output<typeof copyOutputSchema>;
