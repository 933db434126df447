/**
 * Finds the levels of a Philips TIFF and the pictures beside them. Its pages are padded to whole tiles and do not say so: how large a level is follows
 * from the spacing of its pixels in the XML. Source: OpenSlide's description of the format.
 */
import { SlideError } from '../../../../slide-error.js';
import type { TiffLevel, TiffPage, TiffSlide } from '../../page.js';
import { describePage } from '../../structure/describe-page.js';
import { type Directory, damaged, readText, type TiffFile } from '../../structure/file.js';
import type { PageOptions } from '../../structure/pixel-format.js';
import { tiffProperties } from '../../structure/properties.js';
import { Tag } from '../../structure/tags.js';
import type { TiffVendor, VendorOptions } from '../vendor.js';
import { type PhilipsScan, philipsProperties, pictureData, readScan } from './scan.js';
import { xmlPicture } from './xml-picture.js';

const ROOT = /^\s*(<\?xml[^>]*\?>\s*)?<DataObject\s[^>]*ObjectType="DPUfsImport"/;

export const philips: TiffVendor = {
  name: 'Philips TIFF',
  wrote: ({ software, description }) => software.startsWith('Philips') && ROOT.test(description),
  open: philipsSlide,
};

async function philipsSlide(
  file: TiffFile,
  directories: readonly Directory[],
  { description, ...options }: VendorOptions,
): Promise<TiffSlide> {
  const scan = readScan(file, description);
  const { pages, beside, notes } = await sort(file, directories, options);
  const { scale, objectivePower, pictures } = scan;
  const [first] = directories;
  // Read again rather than held as long as the slide is open.
  const readXml = (): Promise<string> => readText(file, first?.entries.get(Tag.ImageDescription));
  const associated = new Map<string, TiffPage | (() => Promise<TiffPage>)>(beside);
  for (const name of pictures) {
    if (associated.has(name)) continue;
    associated.set(name, async () => {
      return xmlPicture(file, name, pictureData(file, await readXml(), name), options.codecs);
    });
  }
  return {
    format: philips.name,
    levels: levelsOf(file, pages, scan),
    scale,
    micronsPerPixelFrom: 'Philips XML',
    objectivePower,
    notes,
    associated,
    readProperties: async () => [
      ...(first === undefined ? [] : await tiffProperties(file, first, [Tag.ImageDescription])),
      ...philipsProperties(file, await readXml()),
    ],
  };
}

interface Sorted {
  /** Tiled, in the order of the file. */
  readonly pages: readonly TiffPage[];
  readonly beside: ReadonlyMap<string, TiffPage>;
  readonly notes: readonly string[];
}

async function sort(file: TiffFile, directories: readonly Directory[], options: PageOptions): Promise<Sorted> {
  const pages: TiffPage[] = [];
  const beside = new Map<string, TiffPage>();
  const notes: string[] = [];
  for (const directory of directories) {
    if (directory.entries.has(Tag.TileWidth)) {
      pages.push(await levelPage(file, directory, options));
      continue;
    }
    const text = await readText(file, directory.entries.get(Tag.ImageDescription), 16);
    const name = text.startsWith('Label') ? 'label' : text.startsWith('Macro') ? 'macro' : undefined;
    const page =
      name === undefined || beside.has(name) ? undefined : await describePage(file, directory, options).catch(ours);
    if (name === undefined || page === undefined) notes.push(`${directory.name}, which is not read`);
    else beside.set(name, page);
  }
  return { pages, beside, notes };
}

/** A picture beside the slide that cannot be read is no reason to refuse the slide. */
function ours(error: unknown): undefined {
  if (!(error instanceof SlideError)) throw error;
}

async function levelPage(file: TiffFile, directory: Directory, options: PageOptions): Promise<TiffPage> {
  const page = await describePage(file, directory, options);
  if (page.samples === 3 && page.bits === 8) return page;
  throw new SlideError('unsupported', `${page.name}: ${page.samples} x ${page.bits} bits are not supported`, {
    subject: file.source.name,
    hint: 'export it as brightfield RGB',
  });
}

function levelsOf(file: TiffFile, pages: readonly TiffPage[], { factors }: PhilipsScan): TiffSlide['levels'] {
  const [full] = pages;
  if (full === undefined || pages.length !== factors.length) {
    throw damaged(file, 'page 0', `its XML describes ${factors.length} levels, and ${pages.length} pages are tiled`);
  }
  const level = (page: TiffPage, downsample: number): TiffLevel => {
    const [width, height] = [Math.floor(full.width / downsample), Math.floor(full.height / downsample)];
    const [beyond, below] = [page.width - width, page.height - height];
    if (width < 1 || height < 1 || !isPadding(beyond, page.blockWidth) || !isPadding(below, page.blockHeight)) {
      const stated = `${page.width} x ${page.height} pixels is not 1/${downsample} of the slide of ${full.width} x ${full.height}`;
      throw damaged(file, page.name, `a level of ${stated}, as its XML says`);
    }
    return { width, height, downsample, pages: [page] };
  };
  return [level(full, 1), ...pages.slice(1).map((page, i) => level(page, factors[i + 1] ?? 1))];
}

/** Up to the next whole tile; sides are rounded down here and up there. */
const isPadding = (pixels: number, tile: number): boolean => pixels >= 0 && pixels <= tile;
