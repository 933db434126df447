/** The pages of a TIFF, one behind the other, and single numbers of theirs. */
import { SlideError } from '../../../slide-error.js';
import { type Directory, readDirectory, readNumbers, type TiffFile } from './file.js';

/** A slide has a dozen pages, a hyperstack thousands; a file with more is refused before its chain is walked to the end. */
const MAX_PAGES = 1000;

/**
 * Follows the chain of directories: `page 0`, `page 1`, ...
 * @throws {SlideError} `unsupported` for more pages than any slide has, `bad-input` for a directory outside the file
 */
export async function walkDirectories(file: TiffFile): Promise<Directory[]> {
  const found: Directory[] = [];
  const seen = new Set<number>();
  for (let offset = file.firstDirectory; offset !== 0; ) {
    // A chain that bites its tail has been read to its end.
    if (seen.has(offset)) break;
    const where = `page ${found.length}`;
    if (found.length === MAX_PAGES) {
      throw new SlideError('unsupported', `more than ${MAX_PAGES} pages are not supported`, {
        subject: file.source.name,
      });
    }
    seen.add(offset);
    const directory = await readDirectory(file, offset, where);
    found.push(directory);
    offset = directory.next;
  }
  return found;
}

/** The number of a tag, 0 where it is missing. */
export async function numberOf(file: TiffFile, directory: Directory | undefined, tag: number): Promise<number> {
  const entry = directory?.entries.get(tag);
  if (directory === undefined || entry === undefined) return 0;
  return (await readNumbers(file, entry, directory.name, { limit: 1 }))[0] ?? 0;
}
