/** What a finished run says on a terminal: its tables of results, and where everything is. */
import { readFile } from 'node:fs/promises';
import type { CheckedRecipe } from '../recipe/check-recipe.js';
import { ablateOutputSchema } from '../steps/ablate/step.js';
import type { StepOutcome } from '../steps/step-kind.js';
import { readRecord } from './step-record.js';

/**
 * @param outcomes of `runRecipe`
 * @returns Markdown
 */
export async function resultText(checked: CheckedRecipe, outcomes: readonly StepOutcome[]): Promise<string> {
  const texts: string[] = [];
  for (const { name, kind, status, summary } of outcomes) {
    if (status === 'failed' || status === 'skipped') continue;
    if (kind === 'evaluate' || kind === 'report') texts.push(`${name}: ${summary}`);
    if (kind !== 'ablate') continue;
    const record = await readRecord(checked.folders.get(name) ?? '');
    const parsed = ablateOutputSchema.safeParse(record?.output);
    if (parsed.success) texts.push(`${name}: ${(await readFile(parsed.data.markdown, 'utf8')).trimEnd()}`);
  }
  return texts.length === 0 ? 'every step is done' : texts.join('\n\n');
}
