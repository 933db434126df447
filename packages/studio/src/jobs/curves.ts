/** The curves of a training from its `history.jsonl`, as far as it is written. */
import { z } from 'zod';

const epochSchema = z.object({
  epoch: z.int(),
  epochs: z.int(),
  loss: z.number(),
  validationDice: z.number().optional(),
  best: z.boolean(),
});

export interface EpochPoint {
  readonly epoch: number;
  readonly epochs: number;
  /** Mean over the epoch. */
  readonly loss: number;
  /** Unset where the epoch was not validated. */
  readonly validationDice?: number | undefined;
  readonly best: boolean;
}

/**
 * @param text of the file; a line that is being written is left out, and so is whatever is no epoch
 * @returns by epoch: of one that was trained twice, after an interruption, the last
 */
export function curvesOf(text: string): EpochPoint[] {
  const epochs = new Map<number, EpochPoint>();
  for (const line of text.split('\n').slice(0, -1)) {
    let json: unknown;
    try {
      json = JSON.parse(line);
    } catch {
      continue;
    }
    const found = epochSchema.safeParse(json);
    if (!found.success) continue;
    const { epoch, epochs: all, loss, validationDice, best } = found.data;
    epochs.set(epoch, { epoch, epochs: all, loss, best, ...(validationDice === undefined ? {} : { validationDice }) });
  }
  return [...epochs.values()].sort((a, b) => a.epoch - b.epoch);
}
