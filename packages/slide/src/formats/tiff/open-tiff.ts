/**
 * Opens a TIFF: whose it is, which of its pages is the slide, and what it says of the size of a pixel.
 */
import { SlideError } from '../../slide-error.js';
import type { ByteSource } from '../../source/byte-source.js';
import { xmlProperties } from '../properties/xml-properties.js';
import type { TiffSlide } from './page.js';
import { bandsOf } from './sorting/bands.js';
import { doubtsOf, fullPicture } from './sorting/full-picture.js';
import { type ChainPage, pageFacts, withoutMasks } from './sorting/page-facts.js';
import { type FoundSlide, sortPages } from './sorting/sort-pages.js';
import { type Directory, damaged, openTiffFile, readText, type TiffFile } from './structure/file.js';
import { orientationWarnings } from './structure/orientation.js';
import { type PageOptions, unreadSamples } from './structure/pixel-format.js';
import { tiffProperties } from './structure/properties.js';
import { statedResolution } from './structure/resolution.js';
import { Tag } from './structure/tags.js';
import { walkDirectories } from './structure/walk-directories.js';
import { omeSlide } from './vendors/ome/ome-slide.js';
import { isOme, parseOme } from './vendors/ome/parse-ome.js';
import { vendorOf } from './vendors/vendors.js';

/**
 * Reads the structure of a TIFF or BigTIFF. Pixels are touched only where nothing else tells whether levels are padded.
 * @param options `content` says what the pixels are taken for: labels may have other depths than pictures
 * @throws {SlideError} `bad-input` for a file that is no TIFF, is cut off or contradicts itself; `unsupported`, by name, for
 * stacks, several channels, and samples or compressions that cannot be shown as 8-bit colour
 * @example
 * const { levels, scale } = await openTiff(await openFileSource('slide.svs'), { codecs, content: 'picture' });
 */
export async function openTiff(
  source: ByteSource,
  { codecs, content }: Pick<PageOptions, 'codecs' | 'content'>,
): Promise<TiffSlide> {
  const file = await openTiffFile(source);
  if (file === undefined) throw new SlideError('bad-input', 'this is not a TIFF', { subject: source.name });
  const all = await walkDirectories(file);
  const directories = await withoutMasks(file, all);
  const [first, ...others] = directories;
  if (first === undefined) throw damaged(file, 'header', 'there is no picture in the file');
  const description = await readText(file, first.entries.get(Tag.ImageDescription));
  const vendor = await vendorOf(file, first, description);
  if (vendor !== undefined) return vendor.open(file, directories, { codecs, content, description });
  const images = isOme(description) ? parseOme(description) : undefined;
  if (images === undefined && isOme(description) && description.includes('<BinaryOnly')) {
    throw new SlideError('unsupported', 'OME-TIFFs of several files are not supported', {
      subject: source.name,
      hint: 'export it as one file',
    });
  }

  const pages = await pageFacts(file, [first, ...others]);
  const options = { codecs, content };
  const found =
    images === undefined ? await plainSlide(file, pages, options) : await omeSlide(file, all, pages, images, options);
  const { levels, associated, notes, warnings, objectivePower } = found;
  const { directory } = found.full;
  const { scale, from, note } = found.scale ?? (await statedResolution(file, directory));
  return {
    format: `${images === undefined ? (file.big ? 'BigTIFF' : 'TIFF') : 'OME-TIFF'}${levels.length > 1 ? ' pyramid' : ''}`,
    levels,
    scale,
    micronsPerPixelFrom: from,
    ...(objectivePower === undefined ? {} : { objectivePower }),
    ...(note === undefined ? {} : { scaleNote: note }),
    notes: [...notes, ...unreadSamples(levels[0].pages[0])],
    warnings: [...warnings, ...(await orientationWarnings(file, directory))],
    associated,
    readProperties: async () => [
      ...(await tiffProperties(file, directory)),
      ...(images === undefined ? [] : await omeProperties(file, first)),
    ],
  };
}

/** The largest picture, where nothing but the pages themselves says what they are. */
async function plainSlide(
  file: TiffFile,
  pages: readonly [ChainPage, ...ChainPage[]],
  options: PageOptions,
): Promise<FoundSlide> {
  const full = fullPicture(pages);
  const { others, ...sorted } = await sortPages(file, pages, await bandsOf(file, pages, full, options), options);
  return { ...sorted, full, warnings: doubtsOf(full, pages, others) };
}

async function omeProperties(file: TiffFile, first: Directory): Promise<[string, string][]> {
  const xml = await readText(file, first.entries.get(Tag.ImageDescription));
  return xmlProperties(file, xml, `${first.name}, tag ImageDescription (270)`, 'ome');
}
