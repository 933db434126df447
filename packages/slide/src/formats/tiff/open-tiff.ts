/**
 * Finds out what the pages of a TIFF are to each other: levels of a pyramid, bands of one picture, a scanner's label.
 */
import { SlideError } from '../../slide-error.js';
import type { ByteSource } from '../../source/byte-source.js';
import { xmlProperties } from '../properties/xml-properties.js';
import type { TiffLevel, TiffPage, TiffSlide } from './page.js';
import { describePage } from './structure/describe-page.js';
import {
  type Directory,
  damaged,
  openTiffFile,
  readDirectory,
  readNumbers,
  readText,
  type TiffFile,
} from './structure/file.js';
import { isReduced, level, paddedFactor, unpadded } from './structure/levels.js';
import type { PageOptions } from './structure/pixel-format.js';
import { tiffProperties } from './structure/properties.js';
import { statedResolution } from './structure/resolution.js';
import { Tag } from './structure/tags.js';
import { numberOf, walkDirectories } from './structure/walk-directories.js';
import { isOme, type OmePixels, parseOme } from './vendors/ome.js';
import { vendorOf } from './vendors/vendors.js';

/**
 * Reads the structure of a TIFF or BigTIFF; no pixel is touched.
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
  const [first] = directories;
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

  const options = { codecs, content, significantBits: ome?.significantBits };
  const page = await describePage(file, first, options);
  const bands = await threeBands(file, directories, page, options);
  const others = directories.slice(bands.length);
  const levels = [level(bands, page), ...(await furtherLevels(file, first, others, bands, options))];
  const associated = await otherPictures(file, others, levels, options);
  const tagged = await statedResolution(file, first);
  const scale = ome?.scale ?? tagged.scale;
  return {
    format: `${ome === undefined ? (file.big ? 'BigTIFF' : 'TIFF') : 'OME-TIFF'}${levels.length > 1 ? ' pyramid' : ''}`,
    levels: [level(bands, page), ...levels.slice(1)],
    scale,
    micronsPerPixelFrom: scale === undefined ? undefined : ome?.scale === undefined ? 'resolution tags' : 'OME-XML',
    ...(ome?.objectivePower === undefined ? {} : { objectivePower: ome.objectivePower }),
    ...(scale === undefined && tagged.note !== undefined ? { scaleNote: tagged.note } : {}),
    associated,
    readProperties: async () => [
      ...(await tiffProperties(file, first)),
      ...(ome === undefined ? [] : await omeProperties(file, first)),
    ],
  };
}

/** Pages that say which pixels of another page count (bit 2 of tag 254) are no pictures; other readers pass over them as well. */
async function withoutMasks(file: TiffFile, directories: readonly Directory[]): Promise<Directory[]> {
  const kinds = await Promise.all(directories.map((directory) => numberOf(file, directory, Tag.NewSubfileType)));
  return directories.filter((_, i) => i === 0 || ((kinds[i] ?? 0) & 4) === 0);
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

/** The page itself, or the three single-band pages of one size that a planar writer made of one RGB picture. */
async function threeBands(
  file: TiffFile,
  directories: readonly Directory[],
  page: TiffPage,
  options: PageOptions,
): Promise<TiffLevel['pages']> {
  if (directories.length < 2) return [page];
  const same: TiffPage[] = [];
  for (const directory of directories) {
    const [width, height] = await sizeOf(file, directory);
    if (width !== page.width || height !== page.height) break;
    if (same.length > 2) {
      same.push(page);
      break;
    }
    same.push(same.length === 0 ? page : await describePage(file, directory, options));
  }
  if (same.length === 1) return [page];
  const [red, green, blue] = same;
  // Pages of a document say so; bands of one picture do not.
  const document = ((await numberOf(file, directories[0], Tag.NewSubfileType)) & 2) !== 0;
  const single =
    !document && same.every((band) => band.samples === 1 && band.photometric !== 'palette' && band.bits === page.bits);
  if (same.length !== 3 || !single || red === undefined || green === undefined || blue === undefined) {
    throw new SlideError('unsupported', `stacks of several planes (${directories.length}) are not supported`, {
      subject: file.source.name,
      hint: 'save the plane to use as one RGB image',
    });
  }
  return [red, green, blue];
}

async function sizeOf(file: TiffFile, directory: Directory): Promise<[number, number]> {
  return [await numberOf(file, directory, Tag.ImageWidth), await numberOf(file, directory, Tag.ImageLength)];
}

async function furtherLevels(
  file: TiffFile,
  first: Directory,
  others: readonly Directory[],
  bands: TiffLevel['pages'],
  options: PageOptions,
): Promise<TiffLevel[]> {
  const full = bands[0];
  const candidates = [...(await subImages(file, first)), ...(bands.length === 1 ? others : [])];
  const levels: TiffLevel[] = [];
  let last: TiffLevel = { ...level(bands, full), downsample: 1 };
  for (const directory of candidates) {
    const [width, height] = await sizeOf(file, directory);
    if (width > last.pages[0].width || height > full.height) continue;
    const page = await describePage(file, directory, options).catch((error: unknown) => {
      if (isReduced(full, { width, height })) throw error;
    });
    if (page === undefined || page.samples !== full.samples || page.bits !== full.bits) continue;
    const factor = paddedFactor(full, page, last.downsample);
    if (factor !== undefined) last = unpadded(full, page, factor);
    else if (isReduced(full, page) && page.width < last.width) last = level([page], full);
    else continue;
    levels.push(last);
  }
  return levels;
}

async function subImages(file: TiffFile, directory: Directory): Promise<Directory[]> {
  const entry = directory.entries.get(Tag.SubIFDs);
  if (entry === undefined) return [];
  const offsets = await readNumbers(file, entry, directory.name, { limit: 64 });
  return Promise.all(offsets.map((offset, i) => readDirectory(file, offset, `${directory.name}, sub-image ${i}`)));
}

/** Pages that are no level, by number; those that cannot be shown are left out. */
async function otherPictures(
  file: TiffFile,
  others: readonly Directory[],
  levels: readonly TiffLevel[],
  options: PageOptions,
): Promise<Map<string, TiffPage>> {
  const used = new Set(levels.flatMap(({ pages }) => pages.map(({ name }) => name)));
  const found = new Map<string, TiffPage>();
  for (const directory of others) {
    if (used.has(directory.name)) continue;
    const page = await describePage(file, directory, options).catch(() => undefined);
    if (page !== undefined) found.set(directory.name, page);
  }
  return found;
}
