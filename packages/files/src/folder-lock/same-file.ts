/** Whether a name still leads to a file that was opened by it: another process may have put its own in that place. */
import { fstatSync, statSync } from 'node:fs';

/** @throws what the system says, unless there is no file of that name any more */
export function isSameFile(path: string, descriptor: number): boolean {
  const named = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (named === undefined) return false;
  const open = fstatSync(descriptor, { bigint: true });
  return named.dev === open.dev && named.ino === open.ino;
}
