/** What an ablate step leaves. */
import { z } from 'zod';
import { ablationSchema } from './ablation.js';

export const ablateOutputSchema = z.object({
  ablation: ablationSchema,
  markdown: z.string(),
  csv: z.string(),
  /** Slides whose pictures some model was trained on, with predicted labels. */
  picturesSeen: z.array(z.string()),
});

export type AblateOutput = z.output<typeof ablateOutputSchema>;
