/**
 * One process at a time writes into an output folder. The system's lock on an open file says whether the holder lives, in every container of
 * a host and over network file systems that keep locks; a beat in the file says it between hosts whose file system does not. Both end
 * with the process, however it ends.
 */
import type { FileHandle } from 'node:fs/promises';
import { rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { FtuError } from '@ftuseg/core';
import { ioError, systemCode } from '../io-error.js';
import { makeFolder } from '../make-folder.js';
import { forgetPending, rememberPending } from '../write/pending.js';
import { BEAT_MILLISECONDS, startBeat } from './beat.js';
import { describeHolder, type Holder, stateOf } from './holder.js';
import { holderAt, makeOwnFile, type OwnFile, openOther, takeSystemLock } from './lock-file.js';
import { isSameFile } from './same-file.js';

/** The file of a lock on the whole folder. */
export const lockFileName = '.ftu-lock';

/** What has not given a sign of life for so long is dead. */
const PATIENCE_MILLISECONDS = 5 * BEAT_MILLISECONDS;
const LOOK_MILLISECONDS = 500;
/** How long the system takes at most to give back the lock of a process that was killed and has much memory to free. */
const DYING_MILLISECONDS = 1500;
/** After this long two who took over the same dead lock, unseen by each other, both see whose file is there. */
const SETTLE_MILLISECONDS = 1500;

export interface FolderLock {
  /** Aborted when the lock file is another's or gone: nothing may be written any more. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Of the lock file; for writers of single files in a folder that is not theirs alone. */
  readonly name?: string | undefined;
}

const busy = (folder: string, holder: Holder | undefined): FtuError =>
  new FtuError('unavailable', describeHolder(holder), {
    subject: folder,
    hint: 'wait until it has ended, or choose another folder',
  });

/** @throws FtuError 'cancelled' when `signal` aborts */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal }).catch((cause: unknown) => {
    throw new FtuError('cancelled', 'stopped while waiting for a folder', { cause });
  });
}

/** Whether the lock file changes, as that of a living holder does. */
async function beatsAt(path: string, holder: Holder | undefined, signal: AbortSignal | undefined): Promise<boolean> {
  const end = performance.now() + PATIENCE_MILLISECONDS;
  while (performance.now() < end) {
    await pause(LOOK_MILLISECONDS, signal);
    const now = await holderAt(path);
    if (now?.token !== holder?.token || now?.beat !== holder?.beat) return true;
  }
  return false;
}

/**
 * Takes the place of a holder that is dead.
 * @returns whether the file has the name now; if not, there is another one to look at
 * @throws FtuError 'unavailable' where the holder lives
 */
async function takeOver(
  own: OwnFile,
  other: FileHandle,
  path: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const end = performance.now() + DYING_MILLISECONDS;
  let lock = takeSystemLock(other);
  while (lock === 'taken' && performance.now() < end && isSameFile(path, other.fd)) {
    await pause(50, signal);
    lock = takeSystemLock(other);
  }
  if (!isSameFile(path, other.fd)) return false;
  const holder = await holderAt(path);
  if (lock === 'taken') throw busy(folder, holder);
  const state = stateOf(holder, lock === 'held');
  if (state === 'alive') throw busy(folder, holder);
  const beats = state === 'unknown' && (await beatsAt(path, holder, signal));
  if (!isSameFile(path, other.fd)) return false;
  if (beats) throw busy(folder, await holderAt(path));
  await own.replace();
  if (state === 'unknown' || lock === 'unknown') await pause(SETTLE_MILLISECONDS, signal);
  if (isSameFile(path, own.file.fd)) return true;
  throw busy(folder, await holderAt(path));
}

async function acquire(own: OwnFile, path: string, folder: string, signal: AbortSignal | undefined): Promise<void> {
  while (!(await own.publish())) {
    const other = await openOther(path);
    if (other === undefined) continue;
    try {
      if (await takeOver(own, other, path, folder, signal)) return;
    } finally {
      await other.close();
    }
  }
}

/**
 * Takes a folder, which is made if need be, for this process alone. What a killed process left behind stands in nobody's way: on the same
 * host at once, on others after ten seconds without a sign of life.
 *
 * @throws FtuError 'unavailable' while another process has it, which is named; 'io' where it cannot be written to; 'cancelled'
 * @example
 * const lock = await lockFolder('predictions');
 * await lock.release();
 */
export async function lockFolder(folder: string, options: LockOptions = {}): Promise<FolderLock> {
  const { signal, name = lockFileName } = options;
  const isNew = (await stat(folder).catch(() => undefined)) === undefined;
  const path = join(folder, name);
  const failed = (cause: unknown): never => {
    if (systemCode(cause) === 'ENOENT') {
      throw new FtuError('io', 'no file can be made here', { subject: folder, hint: 'choose another folder', cause });
    }
    throw ioError(cause, folder, 'be used as the output folder');
  };
  const make = async (): Promise<OwnFile> => {
    await makeFolder(folder);
    return makeOwnFile(path);
  };
  // Another that made the folder may remove it as empty just before the first file comes.
  const own = await make()
    .catch((error: unknown) => (systemCode(error) === 'ENOENT' ? make() : failed(error)))
    .catch(failed);
  try {
    await acquire(own, path, folder, signal);
  } catch (error) {
    await own.discard();
    return failed(error);
  }
  rememberPending(path);
  const lost = new AbortController();
  const stop = startBeat({ path, descriptor: own.file.fd, holder: own.holder }, () => {
    forgetPending(path);
    lost.abort();
  });
  let released: Promise<void> | undefined;
  const release = async (): Promise<void> => {
    await stop();
    if (isSameFile(path, own.file.fd)) await rm(path, { force: true });
    forgetPending(path);
    await own.file.close();
    // Nothing was written: a refused or failed command leaves no trace.
    if (isNew) await rmdir(folder).catch(() => undefined);
  };
  return {
    lost: lost.signal,
    release: () => {
      released ??= release();
      return released;
    },
  };
}

/**
 * Runs `work` with a folder that this process has to itself (see {@link lockFolder}).
 *
 * @param work gets a signal that also aborts when the folder is lost to another process
 * @throws FtuError as `lockFolder`; what `work` throws; 'unavailable' where the folder was lost
 * @example
 * await inLockedFolder('predictions', {}, (signal) => writeAll('predictions', signal));
 */
export async function inLockedFolder<T>(
  folder: string,
  options: LockOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal } = options;
  const lock = await lockFolder(folder, options);
  try {
    return await work(signal === undefined ? lock.lost : AbortSignal.any([signal, lock.lost]));
  } catch (error) {
    if (!lock.lost.aborted) throw error;
    throw new FtuError(
      'unavailable',
      `this process had the folder to itself until its ${lockFileName} was taken away`,
      {
        subject: folder,
        hint: 'run the command again when no other writes there',
        cause: error,
      },
    );
  } finally {
    await lock.release();
  }
}
