/** Which page of the file holds which plane of an OME `Image`: its `TiffData`, with what holds where it leaves something out. */
import type { ChainPage } from '../../sorting/page-facts.js';
import type { OmeImage, TiffData } from './parse-ome.js';

export interface OmePlanes {
  /** The page of each channel at the first depth and time; undefined for one that the file does not have. Colours of one page are one channel. */
  readonly channels: readonly (ChainPage | undefined)[];
  /** Every page that is a plane of the image. */
  readonly all: ReadonlySet<ChainPage>;
}

/** Pages of the file by their number in it; undefined for those that are no pictures. */
export type NumberedPages = readonly (ChainPage | undefined)[];

const NOTHING_STATED: TiffData = { ifd: undefined, firstC: 0, firstZ: 0, firstT: 0, planeCount: undefined };

/**
 * A `TiffData` that counts its planes has so many; one that does not goes on until a stated plane, as Bio-Formats reads it. One that
 * states no page begins at the first.
 */
export function planesOf(image: OmeImage, pages: NumberedPages): OmePlanes {
  const data = image.data.length > 0 ? image.data : [NOTHING_STATED];
  const first = firstPage(image, pages);
  const stated = data.map((one) => ({ ...one, ifd: one.ifd ?? first }));
  const perPage = pages[stated[0]?.ifd ?? 0]?.samples ?? 1;
  const count = Math.max(1, Math.round((image.sizeC ?? perPage) / perPage));
  // One more than the file can have, so that a number that lies costs nothing and a plane that lacks is seen.
  const total = Math.min(count * image.sizeZ * image.sizeT, pages.length + 1);
  const starts = stated.map((one) => ({ ...one, at: placeOf(image, one, count) }));
  const numbers = new Map<number, number>();
  for (const { at, ifd, planeCount = 1 } of starts) {
    for (let k = 0; k < planeCount && at + k < total && !numbers.has(at + k); k++) numbers.set(at + k, ifd + k);
  }
  for (const { at, ifd, planeCount } of starts) {
    if (planeCount !== undefined) continue;
    for (let k = 1; at + k < total && !numbers.has(at + k); k++) numbers.set(at + k, ifd + k);
  }
  const pageAt = (plane: number): ChainPage | undefined => pages[numbers.get(plane) ?? -1];
  const step = placeOf(image, { firstC: 1, firstZ: 0, firstT: 0 }, count);
  return {
    channels: Array.from({ length: Math.min(count, pages.length + 1) }, (_, c) => pageAt(c * step)),
    all: new Set([...numbers.keys()].map(pageAt).filter((page) => page !== undefined)),
  };
}

/** The number of a plane in the order of dimensions. */
function placeOf(
  { order, sizeZ, sizeT }: OmeImage,
  { firstC, firstZ, firstT }: Pick<TiffData, 'firstC' | 'firstZ' | 'firstT'>,
  sizeC: number,
): number {
  const axes: Readonly<Record<string, readonly [first: number, size: number]>> = {
    C: [firstC, sizeC],
    Z: [firstZ, sizeZ],
    T: [firstT, sizeT],
  };
  let [place, step] = [0, 1];
  for (const axis of order.length === 3 ? order : 'CZT') {
    const [first, size] = axes[axis] ?? [0, 1];
    place += first * step;
    step *= size;
  }
  return place;
}

/** Where nothing states the page: the first of the image's size, since some writers put a thumbnail or a label before it. */
function firstPage({ width, height }: OmeImage, pages: NumberedPages): number {
  return Math.max(
    0,
    pages.findIndex((page) => page?.width === width && page?.height === height),
  );
}
