/** Folders appear under their final name whole or not at all: filled beside, then renamed. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ioError } from '../io-error.js';
import { removeLeftoversOnce } from './leftovers.js';
import { forgetPending, rememberPending } from './pending.js';
import { temporaryName } from './temporary-name.js';

/** A temporary neighbour of a folder, which becomes the folder or goes. */
export interface PendingFolder {
  /** Where it is filled. */
  readonly path: string;
  /**
   * Gives it its name. An older folder of that name must be empty, unless it is to be replaced; then it goes when the new one is there.
   * @throws FtuError `io`
   */
  commit(options?: { readonly replace?: boolean }): Promise<void>;
  /** Removes it with all that is in it; an older folder stays as it was. */
  discard(): Promise<void>;
}

/**
 * Makes a temporary neighbour of the folder `path`.
 *
 * @throws FtuError `io` for a missing parent, no permission, a read-only disk
 * @example
 * const pending = await openPendingFolder('scan.zarr');
 * await writeFile(join(pending.path, '.zgroup'), text);
 * await pending.commit();
 */
export async function openPendingFolder(path: string): Promise<PendingFolder> {
  const target = resolve(path);
  const beside = join(dirname(target), temporaryName());
  const remove = async (folder: string): Promise<void> => {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    forgetPending(folder);
  };
  await removeLeftoversOnce(dirname(target));
  rememberPending(beside);
  await mkdir(beside).catch((error: unknown) => {
    forgetPending(beside);
    throw ioError(error, path, 'be written');
  });
  const commit = async ({ replace = false } = {}): Promise<void> => {
    const older = join(dirname(target), temporaryName());
    try {
      if (replace) await moveAway(target, older);
      await rename(beside, target);
    } catch (error) {
      // The older one gets its name back, if it had lost it.
      await rename(older, target).catch(() => undefined);
      await remove(beside);
      throw ioError(error, path, 'be written');
    }
    forgetPending(beside);
    await remove(older);
  };
  return { path: beside, commit, discard: () => remove(beside) };
}

async function moveAway(folder: string, to: string): Promise<void> {
  await rename(folder, to).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
}
