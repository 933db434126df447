/**
 * Makes an output folder. Node's own recursive mkdir never returns where the system refuses a new entry in a folder that
 * exists (as in /proc), so the parents are made one by one here.
 */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError, systemCode } from './io-error.js';

/** @param isAgain the parent was missing a moment ago, and was there at the second look */
async function make(path: string, isAgain = false): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path) throw error;
    if ((await stat(parent).catch(() => undefined)) === undefined) {
      await make(parent);
      // Another process may have made it meanwhile.
      await make(path);
      return;
    }
    // Another has just made the parent; or the system has no place for the entry, and says so again.
    if (isAgain) throw error;
    await make(path, true);
  }
}

/**
 * Makes a folder and its parents where they are missing.
 *
 * @throws FtuError `io` when a part of the path is a file, without permission, or on a disk that is full or read-only
 * @example
 * await makeFolder('out/masks');
 */
export async function makeFolder(path: string): Promise<void> {
  await make(resolve(path)).catch((cause: unknown) => {
    const details = { subject: path, hint: 'choose another folder', cause };
    switch (systemCode(cause)) {
      case 'EEXIST':
      case 'ENOTDIR':
        throw new FtuError('io', 'this is a file, or lies in one, where a folder is needed', details);
      case 'ENOENT':
        throw new FtuError('io', 'no folder can be made here', details);
      default:
        throw ioError(cause, path, 'be made');
    }
  });
}
