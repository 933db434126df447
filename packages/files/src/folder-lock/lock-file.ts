/** A lock file by itself: made whole or not at all, opened, and asked whether the system's lock on it is free. */
import { type FileHandle, link, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../io-error.js';
import { nativeFiles } from '../native.js';
import { forgetPending, rememberPending } from '../write/pending.js';
import { temporaryName } from '../write/temporary-name.js';
import { type Holder, holderText, newHolder, readHolder } from './holder.js';

/** Of the system's lock on an open file: `held` now, `taken` by another open file, or `unknown` without the addon or such locks. */
export type SystemLock = 'held' | 'taken' | 'unknown';

const answers: readonly SystemLock[] = ['held', 'taken', 'unknown'];

export const takeSystemLock = ({ fd }: FileHandle): SystemLock => answers[nativeFiles?.tryLock(fd) ?? 2] ?? 'unknown';

/** This process's lock file before it has its name: locked and written under a temporary one. */
export interface OwnFile {
  readonly file: FileHandle;
  readonly holder: Holder;
  /** Gives it its name, unless something has it. @returns whether it did */
  publish(): Promise<boolean>;
  /** Gives it its name, in place of what has it. */
  replace(): Promise<void>;
  /** Removes it under its temporary name and closes it. */
  discard(): Promise<void>;
}

const isNoLink = (error: unknown): boolean =>
  ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(systemCode(error) ?? '');

/** @throws what the system says of a folder that cannot be written to */
export async function makeOwnFile(path: string): Promise<OwnFile> {
  const beside = join(dirname(path), temporaryName());
  rememberPending(beside);
  let file: FileHandle | undefined;
  const forget = async (): Promise<void> => {
    await rm(beside, { force: true }).catch(() => undefined);
    forgetPending(beside);
  };
  try {
    file = await open(beside, 'wx+');
    const holder = newHolder(takeSystemLock(file) === 'held');
    await file.write(holderText(holder), 0);
    const own = file;
    return {
      file: own,
      holder,
      async publish() {
        try {
          await link(beside, path);
        } catch (error) {
          if (systemCode(error) === 'EEXIST') return false;
          if (!isNoLink(error)) throw error;
          // Without hard links an empty file takes the name first, which nobody else can then have.
          const empty = await open(path, 'wx').catch((cause: unknown) => {
            if (systemCode(cause) === 'EEXIST') return undefined;
            throw cause;
          });
          if (empty === undefined) return false;
          await empty.close();
          await rename(beside, path);
        }
        await forget();
        return true;
      },
      async replace() {
        await rename(beside, path);
        forgetPending(beside);
      },
      async discard() {
        await own.close();
        await forget();
      },
    };
  } catch (error) {
    await file?.close();
    await forget();
    throw error;
  }
}

/** Opens the lock file of whoever has the name; undefined where nobody has. */
export function openOther(path: string): Promise<FileHandle | undefined> {
  return open(path, 'r+').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
}

/** Reads by name, because network file systems look at the server anew when a file is opened. */
export async function holderAt(path: string): Promise<Holder | undefined> {
  return readHolder(await readFile(path, 'utf8').catch(() => ''));
}
