/** Pictures beside the slide, each looked at when somebody asks for it by name: the scanner's label and overview, which are stacks, and the small picture of the .vsi. */
import type { Codec } from '../../codecs/codec.js';
import type { ByteSource } from '../../source/byte-source.js';
import { openTiff } from '../tiff/open-tiff.js';
import type { TiffPage } from '../tiff/page.js';
import { unsupportedVsi } from './errors.js';
import { openStack, type StackFile } from './open-stack.js';

/** A level with longer sides is too large for a picture beside the slide, pixels. */
const MAX_SIDE = 4096;

export type AssociatedPages = ReadonlyMap<string, () => Promise<TiffPage>>;

/** @param vsi a TIFF whose first picture is a thumbnail, if it has one */
export function associatedPages(
  vsi: ByteSource,
  hasThumbnail: boolean,
  others: readonly StackFile[],
  codecs: readonly Codec[],
): AssociatedPages {
  const found = new Map<string, () => Promise<TiffPage>>();
  for (const file of others) {
    const { role } = file.stack;
    if ((role === 'label' || role === 'macro') && !found.has(role)) found.set(role, () => pageOfStack(file, codecs));
  }
  if (hasThumbnail) {
    found.set('thumbnail', async () => (await openTiff(vsi, { codecs, content: 'picture' })).levels[0].pages[0]);
  }
  return found;
}

/** The finest level that is not too large. */
async function pageOfStack(file: StackFile, codecs: readonly Codec[]): Promise<TiffPage> {
  const { levels } = await openStack(file, codecs);
  const level = levels.find(({ width, height }) => Math.max(width, height) <= MAX_SIDE) ?? levels[levels.length - 1];
  if (level !== undefined && level.placed === undefined) return level.pages[0];
  throw unsupportedVsi(file.source.name, `the picture "${file.stack.role}" has tiles that begin beside its corner`);
}
