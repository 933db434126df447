/** Leaves a log as a machine does that loses its power while a line is written: a piece of a line at its end. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns whether there was a log to tear */
export function tearLog(folder, random) {
  const path = join(folder, 'slides-studio/corrections/a/edits.jsonl');
  if (!existsSync(path)) return false;
  const bytes = readFileSync(path);
  const lines = bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '');
  const line = lines[random.int(lines.length)] ?? '';
  if (line.length < 2) return false;
  const kind = random.int(3);
  const length = 1 + random.int(line.length - 1);
  // A piece; a line of zeros; a whole line whose middle never reached the disk.
  if (kind === 0) appendFileSync(path, line.slice(0, length), 'latin1');
  else if (kind === 1) appendFileSync(path, Buffer.alloc(length));
  else appendFileSync(path, `${line.slice(0, length)}\0${line.slice(length + 1)}\n`, 'latin1');
  return true;
}
