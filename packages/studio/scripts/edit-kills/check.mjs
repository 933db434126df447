/** Whether every edit that was acknowledged is there, as it was sent. */
import { createHash } from 'node:crypto';

export const sumOf = (edit) => createHash('sha256').update(JSON.stringify(edit)).digest('hex').slice(0, 16);

/** @returns sentences */
export function checkEdits({ revision, edits }, acknowledged) {
  const problems = [];
  for (const [number, sum] of acknowledged) {
    const found = edits[number - 1];
    if (found === undefined) problems.push(`edit ${number} was acknowledged, and the log ends with ${revision}`);
    else if (found.revision !== number || sumOf(found.edit) !== sum)
      problems.push(`edit ${number} is not what was sent`);
  }
  return problems;
}
