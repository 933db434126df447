/**
 * Trestle's (MedScan's) TIFF: levels of tiles that overlap by as many pixels as the description says for each. Its resolution tags hold micrometres.
 * Source: OpenSlide's description of the format and its reader.
 */
import { type Scale, scaleOfSides } from '@ftuseg/core';
import { gridTiles, type TileGrid } from '../../placed/tile-grid.js';
import type { TiffLevel, TiffPage, TiffSlide } from '../page.js';
import { describePage } from '../structure/describe-page.js';
import { type Directory, damaged, readNumbers, type TiffFile } from '../structure/file.js';
import { downsampleOf, level } from '../structure/levels.js';
import { tiffProperties } from '../structure/properties.js';
import { Tag } from '../structure/tags.js';
import type { TiffVendor, VendorOptions } from './vendor.js';

export const trestle: TiffVendor = {
  name: 'Trestle',
  wrote: ({ software, description }) =>
    software.startsWith('MedScan') ||
    (description.includes('Background Color') && description.includes('Objective Power')),
  open: openTrestle,
};

/** By how much the shape of a level may differ from the slide's: the overlaps of all tiles are rounded. */
const SAME_SHAPE = 0.05;

async function openTrestle(
  file: TiffFile,
  directories: readonly Directory[],
  { codecs, content, description }: VendorOptions,
): Promise<TiffSlide> {
  const stated = fieldsOf(description);
  const overlaps = (stated.get('OverlapsXY') ?? '')
    .split(/\s+/)
    .filter((text) => text !== '')
    .map(Number);
  const background = backgroundOf(stated.get('Background Color'));
  const levels: TiffLevel[] = [];
  for (const [i, directory] of directories.entries()) {
    const page = await describePage(file, directory, { codecs, content });
    if (page.blocks !== 'tiles') throw damaged(file, page.name, 'a level of a Trestle slide has no tiles');
    const overlap = { x: overlaps[2 * i] ?? 0, y: overlaps[2 * i + 1] ?? 0 };
    const size = sizeOf(file, page, overlap);
    const [base, last] = [levels[0] ?? size, levels.at(-1)];
    const shape = base.width / base.height / (size.width / size.height);
    if (last !== undefined && (size.width >= last.width || Math.abs(shape - 1) > SAME_SHAPE)) {
      throw damaged(
        file,
        page.name,
        `a level of ${size.width} x ${size.height} pixels is no smaller picture of the slide`,
      );
    }
    const downsample = downsampleOf(base, size);
    const isPlain = overlap.x === 0 && overlap.y === 0;
    levels.push(
      isPlain ? level([page], base) : { ...size, downsample, pages: [page], placed: place(page, overlap, background) },
    );
  }
  const [base, ...reduced] = levels;
  const [first] = directories;
  if (base === undefined || first === undefined) throw damaged(file, 'header', 'there is no picture in the file');
  const power = Number(stated.get('Objective Power') ?? '');
  const scale = await micronsOf(file, first);
  return {
    format: trestle.name,
    levels: [base, ...reduced],
    scale,
    micronsPerPixelFrom: scale === undefined ? undefined : 'resolution tags',
    objectivePower: power > 0 && Number.isFinite(power) ? power : undefined,
    associated: new Map(),
    readProperties: async () => [
      ...(await tiffProperties(file, first)),
      ...[...stated].map(([name, value]): [string, string] => [`trestle.${name}`, value]),
    ],
  };
}

/** `Background Color=E6E6E6;Objective Power=10;OverlapsXY= 64 64 32 32` */
function fieldsOf(description: string): ReadonlyMap<string, string> {
  const pairs = description.split(';').map((field) => {
    const at = field.indexOf('=');
    return [field.slice(0, Math.max(at, 0)).trim(), field.slice(at + 1).trim()] as const;
  });
  return new Map(pairs);
}

function backgroundOf(text = ''): [number, number, number] {
  if (!/^[\da-f]{1,8}$/i.test(text)) return [255, 255, 255];
  const value = Number.parseInt(text, 16);
  return [(value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

type Overlap = { readonly x: number; readonly y: number };

/** A level is as much smaller than its page as its tiles overlap. */
function sizeOf(file: TiffFile, page: TiffPage, { x, y }: Overlap): { width: number; height: number } {
  const { width, height, blockWidth, blockHeight, across, down } = page;
  const isSound = (overlap: number, tile: number): boolean =>
    Number.isInteger(overlap) && overlap >= 0 && overlap < tile / 2;
  if (!isSound(x, blockWidth) || !isSound(y, blockHeight)) {
    throw damaged(file, page.name, `tiles of ${blockWidth} x ${blockHeight} pixels that overlap by ${x} x ${y}`);
  }
  return {
    width: width >= blockWidth ? width - (across - 1) * x : width,
    height: height >= blockHeight ? height - (down - 1) * y : height,
  };
}

function place(
  page: TiffPage,
  overlap: Overlap,
  background: [number, number, number],
): NonNullable<TiffLevel['placed']> {
  const grid: TileGrid<TiffPage> = {
    page,
    tileWidth: page.blockWidth,
    tileHeight: page.blockHeight,
    column: 0,
    row: 0,
    columns: page.across,
    rows: page.down,
    left: 0,
    top: 0,
    advanceX: page.blockWidth - overlap.x,
    advanceY: page.blockHeight - overlap.y,
  };
  return { background, pages: [page], tilesIn: (window) => gridTiles(grid, window) };
}

/** Micrometres, where a TIFF has pixels per inch. */
async function micronsOf(file: TiffFile, directory: Directory): Promise<Scale | undefined> {
  const side = async (tag: number): Promise<number> => {
    const entry = directory.entries.get(tag);
    return entry === undefined ? 0 : ((await readNumbers(file, entry, directory.name, { limit: 1 }))[0] ?? 0);
  };
  const [x, y] = [await side(Tag.XResolution), await side(Tag.YResolution)];
  const isLength = (value: number): boolean => value > 0 && Number.isFinite(value);
  return isLength(x) && isLength(y) ? scaleOfSides(x, y) : undefined;
}
