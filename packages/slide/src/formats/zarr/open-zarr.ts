/** OME-Zarr as a `Slide`: a pyramid of arrays, each in chunks that are files or pieces of files. */
import type { Slide } from '../../slide.js';
import type { ByteSource } from '../../source/byte-source.js';
import type { FileFolder } from '../../source/file-folder.js';
import type { SlideRuntime } from '../format.js';
import { jsonProperties } from '../properties/json-properties.js';
import type { TiffLevel, TiffSlide } from '../tiff/page.js';
import { slideOfPages } from '../tiff/pages-slide.js';
import { refuseUnstatedRange } from '../tiff/pixels/value-range.js';
import { downsampleOf, isReduced } from '../tiff/structure/levels.js';
import { ChunkStore } from './array/chunk-store.js';
import { describeArray } from './array/describe-array.js';
import type { ZarrArray } from './array/zarr-array.js';
import { findColours } from './colours.js';
import { findImage } from './image-group.js';
import { damagedZarr, memberOf } from './json.js';
import { levelPage, planeOf } from './level-page.js';
import { type Axis, type Multiscale, readMultiscale } from './multiscale.js';

/** How far a level's stated scale may be from what its size says: writers round either. */
const MAX_SCALE_ERROR = 0.05;

/**
 * @param close called with the slide
 * @returns undefined for a folder that is not Zarr's
 * @throws {SlideError} `unsupported` for what cannot be shown as 8-bit colour, by name; `bad-input` for what is missing or contradicts itself
 */
export async function openZarr(
  folder: FileFolder,
  { codecs, makeShrinker }: Pick<SlideRuntime, 'codecs' | 'makeShrinker'>,
  close: () => Promise<void> = async () => undefined,
): Promise<Slide | undefined> {
  const group = await findImage(folder);
  if (group === undefined) return undefined;
  const multiscale = readMultiscale(folder, group);
  const { axes, microns, scaleNote } = multiscale;
  const arrays: ZarrArray[] = [];
  for (const { path } of multiscale.levels) arrays.push(await describeArray(folder, path, group.version));
  const [base, ...reduced] = arrays;
  if (base === undefined) throw damagedZarr(folder, `${group.path}multiscales`, 'it has no level');
  checkLevels(folder, base, arrays, multiscale);

  const store = new ChunkStore(folder, codecs);
  const lengthOf = (axis: Axis): number => base.shape[axes.indexOf(axis)] ?? 1;
  const colours = findColours(folder, memberOf(group.attributes, 'omero'), lengthOf('c'), base.bits);
  const full = { width: lengthOf('x'), height: lengthOf('y') };
  const level = (array: ZarrArray): TiffLevel => {
    const options = { axes, colours, store, subject: folder.name, name: array.path };
    const page = levelPage(array, options);
    const { width, height } = page;
    return { width, height, downsample: downsampleOf(full, page), pages: [page] };
  };
  const source: ByteSource = {
    name: folder.name,
    size: 0,
    read: async () => new Uint8Array(),
    close: async () => {
      await store.close();
      await close();
    },
  };
  const slide: TiffSlide = {
    format: `OME-Zarr ${group.version === 3 ? '0.5' : '0.4'}`,
    levels: [level(base), ...reduced.map(level)],
    scale: microns,
    micronsPerPixelFrom: microns === undefined ? undefined : 'OME-Zarr coordinate transformations',
    ...(scaleNote === undefined ? {} : { scaleNote }),
    notes: [...group.notes, ...planeNotes(lengthOf), ...(colours.note === undefined ? [] : [colours.note])],
    associated: new Map(),
    readProperties: async () => jsonProperties('ome-zarr', group.attributes),
  };
  try {
    await refuseUnstatedRange(slide, { source });
  } catch (error) {
    await store.close();
    throw error;
  }
  return slideOfPages(slide, { source, makeShrinker });
}

function planeNotes(lengthOf: (axis: Axis) => number): string[] {
  const [planes, times] = [lengthOf('z'), lengthOf('t')];
  return [
    ...(planes > 1 ? [`${planes} focal planes, of which the middle one (${planeOf('z', planes) + 1}) is read`] : []),
    ...(times > 1 ? [`${times} time points, of which the first is read`] : []),
  ];
}

/** @throws {SlideError} `bad-input` for levels that are not one picture at falling sizes */
function checkLevels(
  folder: FileFolder,
  base: ZarrArray,
  arrays: readonly ZarrArray[],
  { axes, levels }: Multiscale,
): void {
  const sizeOf = ({ shape }: ZarrArray) => ({
    width: shape[axes.indexOf('x')] ?? 0,
    height: shape[axes.indexOf('y')] ?? 0,
  });
  const full = sizeOf(base);
  const channels = axes.indexOf('c');
  let above = full;
  for (const [i, array] of arrays.entries()) {
    const fail = (problem: string) => damagedZarr(folder, array.path, problem);
    if (array.shape.length !== axes.length) {
      throw fail(`it has ${array.shape.length} dimensions, and ${axes.length} axes are stated`);
    }
    if (i === 0) continue;
    const size = sizeOf(array);
    const [stated, whole] = [`${size.width} x ${size.height}`, `${full.width} x ${full.height}`];
    if (!isReduced(full, size) || size.width >= above.width) {
      throw fail(`a level of ${stated} pixels is no smaller one of a picture of ${whole}`);
    }
    if (array.bits !== base.bits || array.shape[channels] !== base.shape[channels]) {
      throw fail('it has other samples or channels than the first level');
    }
    for (const axis of ['x', 'y'] as const) {
      const [at, pixels] = axis === 'x' ? [full.width, size.width] : [full.height, size.height];
      const [fine, coarse] = [levels[0].scale?.[axes.indexOf(axis)], levels[i]?.scale?.[axes.indexOf(axis)]];
      if (fine === undefined || coarse === undefined) continue;
      const factor = coarse / fine;
      const [least, most] = [at / (pixels + 1), at / Math.max(pixels - 1, 0.5)];
      if (factor >= least * (1 - MAX_SCALE_ERROR) && factor <= most * (1 + MAX_SCALE_ERROR)) continue;
      const said = `its pixels are ${Number(factor.toPrecision(4))} times as large (axis ${axis})`;
      throw fail(
        `it states that ${said}, and its size of ${stated} is that of ${Number((at / pixels).toPrecision(4))}`,
      );
    }
    above = size;
  }
}
