/**
 * How a picture would have to be turned to be seen as it was taken (tag 274). Slides are read as they are stored, as OpenSlide and QuPath read them, so that
 * labels drawn there stay aligned; image viewers turn them, so that a person has to know.
 */
import type { Directory, TiffFile } from './file.js';
import { Tag } from './tags.js';
import { numberOf } from './walk-directories.js';

/** By the number of the tag; 1 is as stored, and others than these have no meaning. */
const TURNED: ReadonlyMap<number, string> = new Map([
  [2, 'mirrored from left to right'],
  [3, 'turned by 180 degrees'],
  [4, 'mirrored from top to bottom'],
  [5, 'with rows and columns exchanged'],
  [6, 'turned by 90 degrees clockwise'],
  [7, 'with rows and columns exchanged and turned by 180 degrees'],
  [8, 'turned by 90 degrees anticlockwise'],
]);

export async function orientationWarnings(file: TiffFile, directory: Directory): Promise<string[]> {
  const orientation = await numberOf(file, directory, Tag.Orientation);
  const turned = TURNED.get(orientation);
  if (turned === undefined) return [];
  return [
    `its Orientation (tag 274) is ${orientation}: viewers may show it ${turned}; it is read as it is stored, and labels must lie on that`,
  ];
}
