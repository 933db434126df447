/**
 * Leica's SCN: several scans of one glass in one BigTIFF, each with its levels, and XML that says in nanometres where they lie. They are put on one
 * canvas, the whole glass. Source: OpenSlide's description of the format.
 */
import { type Rect, scaleOfSides } from '@ftuseg/core';
import { SlideError } from '../../../slide-error.js';
import { boundsWithin } from '../../placed/bounds-within.js';
import type { PlacedTile, PlacedTiles, Window } from '../../placed/placed-tiles.js';
import type { TiffLevel, TiffPage, TiffSlide } from '../page.js';
import { describePage } from '../structure/describe-page.js';
import { type Directory, damaged, readText, type TiffFile } from '../structure/file.js';
import { tiffProperties } from '../structure/properties.js';
import { Tag } from '../structure/tags.js';
import { leicaProperties } from './leica-properties.js';
import { type LeicaDimension, type LeicaImage, parseScn } from './leica-xml.js';
import type { TiffVendor, VendorOptions } from './vendor.js';

export const leica: TiffVendor = {
  name: 'Leica SCN',
  wrote: ({ description }) => /leica-microsystems\.com\/scn/i.test(description),
  open: openScn,
};

const WHITE = [255, 255, 255] as const;
const MAX_SIDE = 2 ** 31 - 1;
/** Scans of one glass have one scale, but for what rounding makes of it. */
const SAME_SCALE = 0.02;
/** Pixels are square, but for the rounding of small levels. */
const SAME_SIDES = 0.1;

async function openScn(
  file: TiffFile,
  directories: readonly Directory[],
  { codecs, content, description }: VendorOptions,
): Promise<TiffSlide> {
  const { width, height, images } = parseScn(file, description);
  const pageOf = async ({ ifd, width, height }: LeicaDimension): Promise<TiffPage> => {
    const directory = directories.find(({ name }) => name === `page ${ifd}`);
    if (directory === undefined) throw damaged(file, 'page 0', `its XML names page ${ifd}, which the file has not`);
    const page = await describePage(file, directory, { codecs, content });
    if (page.width === width && page.height === height) return page;
    const sizes = `${page.width} x ${page.height} pixels where the XML says ${width} x ${height}`;
    throw damaged(file, page.name, `it has ${sizes}`);
  };
  const isMacro = ({ view }: LeicaImage): boolean =>
    view.x === 0 && view.y === 0 && view.width === width && view.height === height;
  const bright = images.filter(({ illumination }) => illumination === 'brightfield');
  const mains = bright.filter((image) => !isMacro(image));
  const [first] = mains;
  if (first === undefined) {
    throw new SlideError('unsupported', 'a Leica SCN without a brightfield scan is not supported', {
      subject: file.source.name,
      hint: 'export it as brightfield RGB',
    });
  }
  checkAlike(file, first, mains);
  for (const { view } of mains) {
    const misses = view.x >= width || view.y >= height || view.x + view.width <= 0 || view.y + view.height <= 0;
    if (misses) throw damaged(file, 'page 0', 'its XML places a scan outside the glass');
  }
  const levels: TiffLevel[] = [];
  const scales: number[] = [];
  let bounds: Rect | undefined;
  for (const [i] of first.dimensions.entries()) {
    const areas: { readonly page: TiffPage; readonly view: LeicaImage['view'] }[] = [];
    for (const { view, dimensions } of mains) {
      const dimension = dimensions[i];
      if (dimension !== undefined) areas.push({ page: await pageOf(dimension), view });
    }
    const nanometres = Math.min(...areas.map(({ page, view }) => view.width / page.width));
    const size = { width: Math.ceil(width / nanometres), height: Math.ceil(height / nanometres) };
    if (size.width > MAX_SIDE || size.height > MAX_SIDE) {
      throw damaged(file, 'page 0', `its XML makes a slide of ${size.width} x ${size.height} pixels`);
    }
    scales.push(nanometres);
    const [area] = areas;
    if (area === undefined) continue;
    const placed = placeAreas(areas, nanometres);
    if (levels.length === 0) bounds = boundsWithin(placed.tiles, size);
    levels.push({
      ...size,
      downsample: nanometres / (scales[0] ?? nanometres),
      pages: [area.page],
      placed,
    });
  }
  const [base, ...reduced] = levels;
  if (base === undefined) throw damaged(file, 'page 0', 'its XML names no pages for the scan');
  const macros = bright.filter(isMacro);
  const macro = macros[0]?.dimensions[0];
  const associated = new Map<string, TiffPage>();
  if (macros.length === 1 && macro !== undefined) associated.set('macro', await pageOf(macro));
  const scale = scaleOf(first);
  const readProperties = async (): Promise<[string, string][]> => {
    const own = directories.find(({ name }) => name === base.pages[0].name);
    const xml = await readText(file, directories[0]?.entries.get(Tag.ImageDescription));
    return [
      ...(own === undefined ? [] : await tiffProperties(file, own, [Tag.ImageDescription])),
      ...leicaProperties(file, xml, images.indexOf(first)),
    ];
  };
  return {
    format: leica.name,
    levels: [base, ...reduced],
    bounds,
    scale,
    micronsPerPixelFrom: scale === undefined ? undefined : 'Leica XML',
    objectivePower: first.objective,
    notes: notesOf(images, mains),
    associated,
    readProperties,
  };
}

/** @throws {SlideError} `unsupported` for scans that are no parts of one picture */
function checkAlike(file: TiffFile, first: LeicaImage, mains: readonly LeicaImage[]): void {
  const perPixel = ({ view }: LeicaImage, { width }: LeicaDimension): number => view.width / width;
  for (const image of mains) {
    const alike =
      image.objective === first.objective &&
      image.dimensions.length === first.dimensions.length &&
      image.dimensions.every((dimension, i) => {
        const other = first.dimensions[i];
        return other !== undefined && Math.abs(perPixel(image, dimension) / perPixel(first, other) - 1) <= SAME_SCALE;
      });
    if (alike) continue;
    throw new SlideError('unsupported', 'scans of different scales in one Leica SCN are not supported', {
      subject: file.source.name,
      hint: 'export the scan to use from QuPath as OME-TIFF',
    });
  }
  for (const { view, dimensions } of mains) {
    const shapes = dimensions.map(({ width, height }) => view.width / width / (view.height / height));
    if (shapes.every((shape) => Math.abs(shape - 1) <= SAME_SIDES)) continue;
    throw damaged(file, 'page 0', 'its XML gives a scan on the glass another shape than its pages have');
  }
  let last = Number.POSITIVE_INFINITY;
  for (const { width } of first.dimensions) {
    if (width >= last) throw damaged(file, 'page 0', 'its XML names two pages of one size for one scan');
    last = width;
  }
}

function placeAreas(
  areas: readonly { readonly page: TiffPage; readonly view: LeicaImage['view'] }[],
  nanometres: number,
): PlacedTiles<TiffPage> & { readonly tiles: readonly Rect[] } {
  const tiles: PlacedTile<TiffPage>[] = areas.map(({ page, view }) => ({
    page,
    from: { x: 0, y: 0 },
    at: { x: Math.trunc(view.x / nanometres), y: Math.trunc(view.y / nanometres) },
    width: page.width,
    height: page.height,
  }));
  // Of two scans that overlap, the first is seen.
  tiles.reverse();
  const touches = ({ at, width, height }: PlacedTile<TiffPage>, window: Window): boolean =>
    at.x < window.x + window.width &&
    at.x + width > window.x &&
    at.y < window.y + window.height &&
    at.y + height > window.y;
  return {
    background: WHITE,
    tiles: tiles.map(({ at, width, height }) => ({ ...at, width, height })),
    pages: areas.map(({ page }) => page),
    tilesIn: (window) => tiles.filter((tile) => touches(tile, window)),
  };
}

/** Sides that differ by no more than a pixel's rounding are one. */
function scaleOf({ view, dimensions: [largest] }: LeicaImage): TiffSlide['scale'] {
  if (largest === undefined) return undefined;
  const [x, y] = [view.width / largest.width / 1000, view.height / largest.height / 1000];
  return Math.abs(x / y - 1) < 1e-3 ? scaleOfSides(x, x) : scaleOfSides(x, y);
}

function notesOf(images: readonly LeicaImage[], mains: readonly LeicaImage[]): string[] {
  const dark = images.filter(({ illumination }) => illumination !== 'brightfield').length;
  return [
    ...(mains.length > 1 ? [`${mains.length} scans on one glass`] : []),
    ...(dark > 0 ? [`${dark} scans that are not brightfield, which are not read`] : []),
    ...(mains.some(({ otherPlanes }) => otherPlanes) ? ['further focal planes, which are not read'] : []),
  ];
}
