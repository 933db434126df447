/**
 * Opens a TIFF: whose it is, which of its pages is the slide, and what it says of the size of a pixel.
 */
import { SlideError } from '../../slide-error.js';
import type { ByteSource } from '../../source/byte-source.js';
import { xmlProperties } from '../properties/xml-properties.js';
import type { TiffSlide } from './page.js';
import { fullPicture } from './sorting/full-picture.js';
import { pageFacts, withoutMasks } from './sorting/page-facts.js';
import { sortPages } from './sorting/sort-pages.js';
import { type Directory, damaged, openTiffFile, readText, type TiffFile } from './structure/file.js';
import { orientationWarnings } from './structure/orientation.js';
import type { PageOptions } from './structure/pixel-format.js';
import { tiffProperties } from './structure/properties.js';
import { statedResolution } from './structure/resolution.js';
import { Tag } from './structure/tags.js';
import { walkDirectories } from './structure/walk-directories.js';
import { isOme, type OmePixels, parseOme } from './vendors/ome.js';
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
  const directories = await withoutMasks(file, await walkDirectories(file));
  const [first, ...others] = directories;
  if (first === undefined) throw damaged(file, 'header', 'there is no picture in the file');
  const description = await readText(file, first.entries.get(Tag.ImageDescription));
  const vendor = await vendorOf(file, first, description);
  if (vendor !== undefined) return vendor.open(file, directories, { codecs, content, description });
  const ome = isOme(description) ? parseOme(description) : undefined;
  if (ome !== undefined) checkOme(file, ome);
  if (ome === undefined && isOme(description) && description.includes('<BinaryOnly')) {
    throw new SlideError('unsupported', 'OME-TIFFs of several files are not supported', {
      subject: source.name,
      hint: 'export it as one file',
    });
  }

  const pages = await pageFacts(file, [first, ...others]);
  // OME-XML speaks of the first page.
  const chosen = ome === undefined ? fullPicture(pages) : pages[0];
  const sorted = await sortPages(file, pages, chosen, { codecs, content, significantBits: ome?.significantBits });
  const { levels, associated, notes, warnings } = sorted;
  const { directory } = chosen;
  const tagged = await statedResolution(file, directory);
  const scale = ome?.scale ?? tagged.scale;
  return {
    format: `${ome === undefined ? (file.big ? 'BigTIFF' : 'TIFF') : 'OME-TIFF'}${levels.length > 1 ? ' pyramid' : ''}`,
    levels,
    scale,
    micronsPerPixelFrom: scale === undefined ? undefined : ome?.scale === undefined ? 'resolution tags' : 'OME-XML',
    ...(ome?.objectivePower === undefined ? {} : { objectivePower: ome.objectivePower }),
    ...(scale === undefined && tagged.note !== undefined ? { scaleNote: tagged.note } : {}),
    notes,
    warnings: [...warnings, ...(await orientationWarnings(file, directory))],
    associated,
    readProperties: async () => [
      ...(await tiffProperties(file, directory)),
      ...(ome === undefined ? [] : await omeProperties(file, first)),
    ],
  };
}

async function omeProperties(file: TiffFile, first: Directory): Promise<[string, string][]> {
  const xml = await readText(file, first.entries.get(Tag.ImageDescription));
  return xmlProperties(file, xml, `${first.name}, tag ImageDescription (270)`, 'ome');
}

function checkOme(file: TiffFile, ome: OmePixels): void {
  const refuse = (problem: string, hint: string): never => {
    throw new SlideError('unsupported', problem, { subject: file.source.name, hint });
  };
  if (ome.otherFiles) refuse('OME-TIFFs of several files are not supported', 'export it as one file');
  if (ome.sizeZ > 1) refuse(`stacks of ${ome.sizeZ} focal planes are not supported`, 'export one plane');
  if (ome.sizeT > 1) refuse(`series of ${ome.sizeT} time points are not supported`, 'export one of them');
  if (ome.sizeC !== 1 && ome.sizeC !== 3) {
    refuse(`images of ${ome.sizeC} channels are not supported`, 'export it as brightfield RGB');
  }
}
