/** What pages say they are, before any of them is described: their size, whether they are reduced, and whether they show the label or the whole glass. */
import { SlideError } from '../../../slide-error.js';
import type { TiffPage } from '../page.js';
import { type Directory, readDirectory, readNumbers, readText, type TiffFile } from '../structure/file.js';
import { Tag } from '../structure/tags.js';
import { numberOf } from '../structure/walk-directories.js';

export interface PageFacts {
  readonly directory: Directory;
  readonly width: number;
  readonly height: number;
  /** Of a pixel. */
  readonly samples: number;
  /** Tiles' sides are 0 where there are none. */
  readonly blocks: TiffPage['blocks'];
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** It says that it is a smaller version of another picture of the file. */
  readonly isReduced: boolean;
  /** It says which pixels of another picture count. */
  readonly isMask: boolean;
  /** It says that it is one page of a document. */
  readonly isOfDocument: boolean;
  /** Where it says that it is another picture than the slide. */
  readonly shows: 'label' | 'macro' | 'thumbnail' | undefined;
}

/** A page of the file's chain, with what hangs on it (tag 330). */
export interface ChainPage extends PageFacts {
  readonly subImages: readonly PageFacts[];
}

/** Bits of NewSubfileType (254). The last is that of the picture of the glass in Aperio's files. */
const REDUCED = 1;
const OF_DOCUMENT = 2;
const MASK = 4;
const MACRO = 8;
/** The same of SubfileType (255), which is older. */
const OLD_REDUCED = 2;
const OLD_OF_DOCUMENT = 3;

/** Bytes of a description that may name the picture. */
const NAME_BYTES = 512;
/** A line that is no more than a name, perhaps with a size. */
const NAME = /^(label|macro|overview|thumbnail)(?:[ _](?:image|picture))?(?:\s+\d+\s*x\s*\d+)?$/i;

type Size = Pick<PageFacts, 'width' | 'height'>;

export const area = ({ width, height }: Size): number => width * height;

export const sameSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;

/** For messages: `page 2 (640 x 512 pixels)`. */
export const nameOf = ({ directory, width, height }: PageFacts): string =>
  `${directory.name} (${width} x ${height} pixels)`;

/** Pages that say which pixels of another page count are no pictures; other readers pass over them as well. The first is kept whatever it says. */
export async function withoutMasks(file: TiffFile, directories: readonly Directory[]): Promise<Directory[]> {
  const kinds = await Promise.all(directories.map((directory) => numberOf(file, directory, Tag.NewSubfileType)));
  return directories.filter((_, i) => i === 0 || ((kinds[i] ?? 0) & MASK) === 0);
}

/** @throws {SlideError} `bad-input` for damaged sub-images of the first page; those of others are passed over */
export async function pageFacts(
  file: TiffFile,
  [first, ...others]: readonly [Directory, ...Directory[]],
): Promise<[ChainPage, ...ChainPage[]]> {
  const chain = new Set([first, ...others].map(({ offset }) => offset));
  const factsWith = async (directory: Directory, below: readonly Directory[]): Promise<ChainPage> => {
    const pictures = below.filter(({ offset }) => !chain.has(offset));
    const subImages = await Promise.all(pictures.map((child) => factsOf(file, child)));
    return { ...(await factsOf(file, directory)), subImages: subImages.filter(({ isMask }) => !isMask) };
  };
  const pages: [ChainPage, ...ChainPage[]] = [await factsWith(first, await subImages(file, first))];
  for (const directory of others) {
    const below = await subImages(file, directory).catch((error: unknown) => {
      if (error instanceof SlideError) return [];
      throw error;
    });
    pages.push(await factsWith(directory, below));
  }
  return pages;
}

async function factsOf(file: TiffFile, directory: Directory): Promise<PageFacts> {
  const number = (tag: number): Promise<number> => numberOf(file, directory, tag);
  const [kind, old] = [await number(Tag.NewSubfileType), await number(Tag.SubfileType)];
  const text = await readText(file, directory.entries.get(Tag.ImageDescription), NAME_BYTES);
  return {
    directory,
    width: await number(Tag.ImageWidth),
    height: await number(Tag.ImageLength),
    samples: Math.max(1, await number(Tag.SamplesPerPixel)),
    blocks: directory.entries.has(Tag.TileWidth) ? 'tiles' : 'strips',
    blockWidth: await number(Tag.TileWidth),
    blockHeight: await number(Tag.TileLength),
    isReduced: (kind & REDUCED) !== 0 || old === OLD_REDUCED,
    isMask: (kind & MASK) !== 0,
    isOfDocument: (kind & OF_DOCUMENT) !== 0 || old === OLD_OF_DOCUMENT,
    shows: (kind & MACRO) !== 0 ? 'macro' : nameIn(text),
  };
}

/** Aperio's second line, or all of what others write. */
export function nameIn(description: string): PageFacts['shows'] {
  for (const line of description.split('\n').slice(0, 2)) {
    const name = NAME.exec(line.trim())?.[1]?.toLowerCase();
    if (name === 'overview') return 'macro';
    if (name === 'label' || name === 'macro' || name === 'thumbnail') return name;
  }
  return undefined;
}

async function subImages(file: TiffFile, directory: Directory): Promise<Directory[]> {
  const entry = directory.entries.get(Tag.SubIFDs);
  if (entry === undefined) return [];
  const offsets = await readNumbers(file, entry, directory.name, { limit: 64 });
  return Promise.all(offsets.map((offset, i) => readDirectory(file, offset, `${directory.name}, sub-image ${i}`)));
}
