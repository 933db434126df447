/** The lock of an open file, where the addon is built. Without it everything works, with less certainty between containers. */
import { loadAddon } from './load-addon.js';

/** What native/addon.c exports. */
export interface NativeFiles {
  /** @returns 0 when the lock of the open file is held now, 1 when another has it, 2 where the file system has no locks */
  tryLock(file: number): number;
}

/** Undefined where the addon is neither built nor in the package; FTUSEG_FILES_NATIVE=0 tests that way. */
export const nativeFiles: NativeFiles | undefined =
  process.env.FTUSEG_FILES_NATIVE === '0'
    ? undefined
    : loadAddon<NativeFiles>(new URL('..', import.meta.url), 'ftuseg_files');
