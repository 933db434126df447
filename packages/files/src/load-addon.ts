/** Where a package's native addon lies: what was built in place comes before what the package brings. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * @param root the package's folder
 * @param name the addon's, without .node
 * @returns what the addon exports; undefined where there is none, or none for this system's libraries
 * @example
 * const reader = loadAddon<NativeReader>(new URL('..', import.meta.url), 'ftuseg_slide');
 */
export function loadAddon<T>(root: URL, name: string): T | undefined {
  for (const folder of ['build/Release', `prebuilds/${process.platform}-${process.arch}`]) {
    try {
      return createRequire(import.meta.url)(fileURLToPath(new URL(`${folder}/${name}.node`, root)));
    } catch {
      // Not built, or for another system.
    }
  }
  return undefined;
}
