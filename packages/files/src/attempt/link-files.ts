/** Files of one folder in another, without their bytes a second time where the file system has hard links. */
import { copyFile, link, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../io-error.js';
import { makeFolder } from '../make-folder.js';
import { temporaryName } from '../write/temporary-name.js';

const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'];

/** Files that grow in place: a second name would let two processes write into one. */
const GROWS = /\.(jsonl|logits)$/;

/** Whole or not at all, like everything that gets its final name. */
async function copyWhole(from: string, to: string): Promise<void> {
  const beside = join(dirname(to), temporaryName());
  await copyFile(from, beside);
  await rename(beside, to);
}

/**
 * Gives a file a second name; one that grows in place is copied. Any other must be one that is never changed, as all are that are written beside and
 * renamed.
 *
 * @param to a name that nothing has
 * @throws what the system says, such as `ENOENT` where `from` has just been removed
 * @example
 * await linkFile('attempts/a/band-00000.bin', 'attempts/b/band-00000.bin');
 */
export async function linkFile(from: string, to: string): Promise<void> {
  if (GROWS.test(from)) return copyWhole(from, to);
  try {
    await link(from, to);
  } catch (error) {
    if (!NO_LINKS.includes(systemCode(error) ?? '')) throw error;
    await copyWhole(from, to);
  }
}

/**
 * Gives every file below a folder a second name below another; files that grow in place are copied. Names that begin with a point are left
 * out: they are temporary.
 *
 * @throws what the system says
 * @example
 * await linkFolder('published/fold-0', 'run/fold-0');
 */
export async function linkFolder(from: string, to: string): Promise<void> {
  await makeFolder(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkFolder(source, target);
    else await linkFile(source, target);
  }
}
