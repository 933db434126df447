/** What a prediction said of itself: whoever reads its score must know that nobody looked at the slide. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { factsName } from '../../outputs/output-names.js';

const keptSchema = z.object({ outcome: z.object({ warnings: z.array(z.string()).optional() }) });

/**
 * @param predictions what `openPredictions` takes
 * @returns sentences; none where `ftu predict` left nothing to say, or others made the prediction
 */
export async function predictionWarnings(predictions: string, id: string): Promise<readonly string[]> {
  const text = await readFile(join(predictions, factsName(id)), 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  try {
    return keptSchema.safeParse(JSON.parse(text)).data?.outcome.warnings ?? [];
  } catch {
    return [];
  }
}
