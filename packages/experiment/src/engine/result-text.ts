/** What a finished run says on a terminal: its tables of results, and where everything is. */
import { readRecord } from '../records/step-record.js';
import type { CheckedRecipe, StepOutcome } from '../step-kind/step-kind.js';

/**
 * @param outcomes of `runRecipe`
 * @returns Markdown
 */
export async function resultText({ file, folders }: CheckedRecipe, outcomes: readonly StepOutcome[]): Promise<string> {
  const texts: string[] = [];
  for (const { name, kind, status, summary } of outcomes) {
    if (status === 'failed' || status === 'skipped') continue;
    const record = await readRecord(folders.get(name) ?? '');
    const text = await file.kinds.get(kind)?.resultText(record?.output, summary);
    if (text !== undefined) texts.push(`${name}: ${text}`);
  }
  return texts.length === 0 ? 'every step is done' : texts.join('\n\n');
}
