/**
 * Which image library decodes here, for `ftu doctor`.
 */
import { sharpLibrary } from './sharp.node.js';

export interface ImageLibraryInfo {
  readonly sharp: string;
  readonly vips: string;
}

/**
 * @example
 * imageLibraryInfo().vips; // '8.17.0'
 */
export function imageLibraryInfo(): ImageLibraryInfo {
  const { versions } = sharpLibrary();
  return { sharp: versions.sharp ?? 'unknown', vips: versions.vips };
}
