/**
 * Reads one tag of a TIFF, PhotometricInterpretation, which libvips hides: it silently inverts WhiteIsZero and replaces palette
 * indices by colours, and either would change label values.
 */
import { openFileSource } from './source/file-source.node.js';
import { openTiffFile, readDirectory, readNumbers } from './tiff/file.js';
import { Tag } from './tiff/tags.js';

/**
 * The tag of the first image: 0 WhiteIsZero, 1 BlackIsZero, 2 RGB, 3 palette, ...; undefined where it is absent.
 *
 * @throws SlideError `bad-input` when the header or the directory is cut off.
 */
export async function tiffPhotometric(path: string): Promise<number | undefined> {
  const source = await openFileSource(path);
  try {
    const file = await openTiffFile(source);
    if (file === undefined) return undefined;
    const directory = await readDirectory(file, file.firstDirectory, 'page 0');
    const entry = directory.entries.get(Tag.PhotometricInterpretation);
    return entry === undefined ? undefined : (await readNumbers(file, entry, 'page 0', { limit: 1 }))[0];
  } finally {
    await source.close();
  }
}
