/** An OME-TIFF: OME-XML says which page is which, so that a label is never taken for the slide, and a page of another picture never for a level. */
import type { TiffPage } from '../../page.js';
import { rivalsOf } from '../../sorting/full-picture.js';
import { type ChainPage, nameOf, sameSize } from '../../sorting/page-facts.js';
import { type FoundSlide, sortPages } from '../../sorting/sort-pages.js';
import { describeBeside } from '../../structure/describe-beside.js';
import { type Directory, damaged, type TiffFile } from '../../structure/file.js';
import type { PageOptions } from '../../structure/pixel-format.js';
import type { StatedResolution } from '../../structure/resolution.js';
import {
  doubtsOfImage,
  type FoundImage,
  findImages,
  isRead,
  type ReadImage,
  reasonOf,
  slideAmong,
} from './ome-images.js';
import type { NumberedPages } from './ome-planes.js';
import type { OmeImage } from './parse-ome.js';

/**
 * @param directories all of the file's, by which OME-XML counts
 * @param chain those that are pictures
 * @throws {SlideError} `unsupported` where no image is a brightfield picture of one plane, `bad-input` where one lacks pages or has those of another
 */
export async function omeSlide(
  file: TiffFile,
  directories: readonly Directory[],
  chain: readonly ChainPage[],
  images: readonly OmeImage[],
  options: PageOptions,
): Promise<FoundSlide> {
  const pages = directories.map((directory) => chain.find((page) => page.directory === directory));
  const found = await findImages(file, images, pages, options);
  const slide = slideAmong(found);
  const others = found.filter((image) => image !== slide);
  const { image, picture } = slide;
  const scale = scaleOf(file, slide, pages);
  const taken = new Set<unknown>(others.flatMap(({ planes }) => [...planes.all]));
  const own = new Set<unknown>(picture.group);
  const free = chain.filter((page) => own.has(page) || !taken.has(page));
  const sorted = await sortPages(file, free, picture, { ...options, significantBits: image.significantBits });
  const beside = await picturesOf(file, others, options);
  return {
    ...sorted,
    associated: new Map([...sorted.associated, ...beside.associated]),
    notes: [...(picture.note === undefined ? [] : [picture.note]), ...sorted.notes, ...beside.notes],
    warnings: [...doubtsOfImage(slide, others), ...rivalsOf(picture.group[0], sorted.others)],
    full: picture.group[0],
    scale,
    objectivePower: image.objectivePower,
  };
}

/**
 * The image's scale, which goes with its size.
 * @throws {SlideError} `bad-input` where another page has the size that is stated
 */
function scaleOf(file: TiffFile, { image, picture }: ReadImage, pages: NumberedPages): StatedResolution | undefined {
  const { name, scale } = image;
  const [full] = picture.group;
  const stated = { width: image.width ?? full.width, height: image.height ?? full.height };
  const asStated = `${stated.width} x ${stated.height} pixels`;
  if (sameSize(stated, full)) return scale === undefined ? undefined : { scale, from: 'OME-XML' };
  const other = pages.find((page) => page !== undefined && sameSize(page, stated));
  if (other !== undefined) {
    const problem = `OME-XML states ${asStated} for image "${name}", which are those of ${other.directory.name}, and ${nameOf(full)} as its page`;
    throw damaged(file, 'tag ImageDescription (270)', problem);
  }
  if (scale === undefined) return undefined;
  const note = `the OME-XML is that of a picture of ${asStated}, and this one has ${full.width} x ${full.height}: its scale is not taken`;
  return { scale: undefined, note };
}

/** Pictures beside the slide, by the names of their images. */
async function picturesOf(
  file: TiffFile,
  others: readonly FoundImage[],
  options: PageOptions,
): Promise<{ readonly associated: ReadonlyMap<string, TiffPage>; readonly notes: readonly string[] }> {
  const beside = new Map<string, Directory>();
  const notes: string[] = [];
  for (const other of others) {
    const [page, second] = other.planes.channels;
    const name = other.shows ?? (other.image.name || 'without a name');
    const why = !isRead(other) ? reasonOf(other) : second === undefined ? undefined : 'it has three pages';
    if (why !== undefined || page === undefined) notes.push(`a picture "${name}", which cannot be read (${why})`);
    else beside.set(beside.has(name) ? page.directory.name : name, page.directory);
  }
  const pictures = await describeBeside(file, beside, options);
  return { associated: pictures.associated, notes: [...notes, ...pictures.notes] };
}
