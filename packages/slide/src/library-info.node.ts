/**
 * Which image library decodes here, for `ftu doctor`.
 */
import sharp from 'sharp';

export interface ImageLibraryInfo {
  readonly sharp: string;
  readonly vips: string;
}

/**
 * @example
 * imageLibraryInfo().vips; // '8.17.0'
 */
export function imageLibraryInfo(): ImageLibraryInfo {
  return { sharp: sharp.versions.sharp ?? 'unknown', vips: sharp.versions.vips };
}
