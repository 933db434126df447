/** Label images that viewers show turned or mirrored: slides are read as they are stored, so which pixels the labels belong to is not certain. */
import { openTiffFile } from '../formats/tiff/structure/file.js';
import { Tag } from '../formats/tiff/structure/tags.js';
import { numberOf, walkDirectories } from '../formats/tiff/structure/walk-directories.js';
import { SlideError } from '../slide-error.js';
import type { ByteSource } from '../source/byte-source.js';

const SHOWN: readonly string[] = [
  'mirrored',
  'turned by 180 degrees',
  'upside down',
  'transposed',
  'turned by 90 degrees',
  'transposed and turned by 180 degrees',
  'turned by 270 degrees',
];

/** @returns the orientation that a TIFF says, or an EXIF block, which is one; 0 where it says none */
export async function orientationOf(source: ByteSource): Promise<number> {
  const file = await openTiffFile(source);
  return file === undefined ? 0 : numberOf(file, (await walkDirectories(file))[0], Tag.Orientation);
}

/**
 * @param subject for error messages
 * @throws {SlideError} `unsupported` for an orientation other than the usual one
 */
export function refuseTurned(orientation: number, subject: string): void {
  const shown = SHOWN[orientation - 2];
  if (shown === undefined) return;
  throw new SlideError('unsupported', `its orientation tag (${orientation}) has viewers show it ${shown}`, {
    subject,
    hint: 'save it without that tag, with its pixels where those of the slide are stored',
  });
}
