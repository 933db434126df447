/** Pictures beside the slide, such as its label. The slide is worth more than they are: one that cannot be read is named, and the others are kept. */
import { SlideError } from '../../../slide-error.js';
import type { TiffPage } from '../page.js';
import { describePage } from './describe-page.js';
import type { Directory, TiffFile } from './file.js';
import type { PageOptions } from './pixel-format.js';

/**
 * @param beside by name
 * @returns pages by name, and a note for each that cannot be read
 */
export async function describeBeside(
  file: TiffFile,
  beside: Iterable<readonly [name: string, directory: Directory]>,
  options: PageOptions,
): Promise<{ readonly associated: ReadonlyMap<string, TiffPage>; readonly notes: readonly string[] }> {
  const associated = new Map<string, TiffPage>();
  const notes: string[] = [];
  for (const [name, directory] of beside) {
    try {
      associated.set(name, await describePage(file, directory, options));
    } catch (error) {
      if (!(error instanceof SlideError)) throw error;
      notes.push(`a picture "${name}", which cannot be read (${error.problem})`);
    }
  }
  return { associated, notes };
}
