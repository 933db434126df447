/** The lock of an open file, where the addon is built. Without it everything works, with less certainty between containers. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What native/addon.c exports. */
export interface NativeFiles {
  /** @returns 0 when the lock of the open file is held now, 1 when another has it, 2 where the file system has no locks */
  tryLock(file: number): number;
}

function load(): NativeFiles | undefined {
  // Set to test the other way.
  if (process.env.FTUSEG_FILES_NATIVE === '0') return undefined;
  // What was built here comes before what the package brings.
  for (const folder of ['build/Release', `prebuilds/${process.platform}-${process.arch}`]) {
    try {
      return createRequire(import.meta.url)(fileURLToPath(new URL(`../${folder}/ftuseg_files.node`, import.meta.url)));
    } catch {
      // Not built, or for another system's libraries.
    }
  }
  return undefined;
}

/** Undefined where the addon is neither built nor in the package. */
export const nativeFiles: NativeFiles | undefined = load();
