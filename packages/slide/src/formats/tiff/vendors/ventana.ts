/**
 * Ventana's BIF: tiles that overlap, in areas that were scanned one by one, and levels that keep the first level's tiles with their overlaps, only smaller.
 * Source: OpenSlide's description of the format and its reader.
 */
import { scaleOfSides } from '@ftuseg/core';
import { SlideError } from '../../../slide-error.js';
import { gridExtent, gridTiles, type TileGrid } from '../../placed/tile-grid.js';
import type { TiffLevel, TiffPage, TiffSlide } from '../page.js';
import { describePage } from '../structure/describe-page.js';
import { type Directory, damaged, readText, type TiffFile } from '../structure/file.js';
import { level } from '../structure/levels.js';
import { tiffProperties } from '../structure/properties.js';
import { Tag } from '../structure/tags.js';
import type { TiffVendor, VendorOptions } from './vendor.js';
import { iScanAttributes, parseIScan, parseStitching, type Stitching } from './ventana-xml.js';

export const ventana: TiffVendor = {
  name: 'Ventana BIF',
  wrote: ({ xmp }) => /<iScan[\s>]/.test(xmp),
  open: openBif,
};

const MAX_SIDE = 2 ** 31 - 1;

/** A page by what its description says. */
interface Listed {
  readonly directory: Directory;
  readonly number: number;
  readonly magnification: number;
}

async function openBif(
  file: TiffFile,
  directories: readonly Directory[],
  { codecs, content }: VendorOptions,
): Promise<TiffSlide> {
  const textOf = (directory: Directory | undefined, tag: number) => readText(file, directory?.entries.get(tag));
  const iScan = parseIScan(file, await textOf(directories[0], Tag.XmlPacket));
  if (iScan.zLayers > 1) {
    throw new SlideError('unsupported', `Ventana BIFs of ${iScan.zLayers} focal planes are not supported`, {
      subject: file.source.name,
      hint: 'export one plane',
    });
  }
  const options = { codecs, content };
  const listed: Listed[] = [];
  const associated = new Map<string, TiffPage>();
  for (const directory of directories) {
    const description = await textOf(directory, Tag.ImageDescription);
    if (description.includes('level=')) listed.push(levelOf(file, directory, description, listed));
    else {
      const name = /^Label[ _]Image$/.test(description)
        ? 'macro'
        : description === 'Thumbnail'
          ? 'thumbnail'
          : undefined;
      if (name !== undefined) associated.set(name, await describePage(file, directory, options));
    }
  }
  const [first] = listed;
  if (first === undefined) throw damaged(file, 'header', 'none of its pages is a level of a slide');
  const full = await describePage(file, first.directory, options);
  const stitched = await textOf(first.directory, Tag.XmlPacket);
  const tile = { width: full.blockWidth, height: full.blockHeight };
  // Without it the slide is a pyramid like others: Ventana's scanners export those as TIFF. What the first page says is the scanner's settings.
  const isStitched = stitched !== '' && first.directory !== directories[0];
  const stitching = isStitched ? parseStitching(file, stitched, full.name, tile) : undefined;
  const levels: TiffLevel[] = [];
  for (const { directory, magnification } of listed) {
    const page = directory === first.directory ? full : await describePage(file, directory, options);
    if (page.blocks !== 'tiles' || page.blockWidth !== tile.width || page.blockHeight !== tile.height) {
      throw damaged(file, page.name, 'its tiles have another size than those of the first level');
    }
    const downsample = first.magnification / magnification;
    const made =
      stitching === undefined
        ? level([page], full)
        : placeTiles(file, { full, page, downsample, stitching, white: iScan.whitePoint ?? 255 });
    const last = levels.at(-1);
    if (last !== undefined && (made.width >= last.width || made.height > last.height)) {
      throw damaged(file, page.name, `a level of ${made.width} x ${made.height} pixels is no smaller picture`);
    }
    levels.push(made);
  }
  const [base, ...reduced] = levels;
  if (base === undefined) throw damaged(file, 'header', 'none of its pages is a level of a slide');
  const { scanRes } = iScan;
  const scale = scanRes === undefined ? undefined : scaleOfSides(scanRes, scanRes);
  return {
    format: ventana.name,
    levels: [base, ...reduced],
    scale,
    micronsPerPixelFrom: scale === undefined ? undefined : 'Ventana XML',
    objectivePower: iScan.magnification,
    notes: stitching !== undefined && stitching.areas.length > 1 ? [`${stitching.areas.length} scanned areas`] : [],
    associated,
    readProperties: async () => {
      const attributes = iScanAttributes(file, await textOf(directories[0], Tag.XmlPacket));
      const stated = Object.entries(attributes).filter(([, value]) => value !== '');
      const own = await tiffProperties(file, first.directory);
      return [...own, ...stated.map(([name, value]): [string, string] => [`ventana.${name}`, value])];
    },
  };
}

/** `level=0 mag=20 quality=90` */
function levelOf(file: TiffFile, directory: Directory, description: string, before: readonly Listed[]): Listed {
  const value = (key: string) =>
    Number(new RegExp(`(?:^|\\s)${key}=([\\d.]+)(?=\\s|$)`).exec(description)?.[1] ?? Number.NaN);
  const [number, magnification] = [value('level'), value('mag')];
  const above = before.at(-1)?.magnification ?? Number.POSITIVE_INFINITY;
  if (number === before.length && magnification > 0 && magnification < above) {
    return { directory, number, magnification };
  }
  const stated = JSON.stringify(description.slice(0, 80));
  throw damaged(file, directory.name, `its description ${stated} does not follow the level before`);
}

interface Placing {
  readonly full: TiffPage;
  readonly page: TiffPage;
  readonly downsample: number;
  readonly stitching: Stitching;
  readonly white: number;
}

/** Tiles of a level are parts of its page's tiles, each as large as the first level's tile is there. */
function placeTiles(file: TiffFile, { full, page, downsample, stitching, white }: Placing): TiffLevel {
  const { areas, advanceX, advanceY } = stitching;
  /** To within a tile: levels may be padded. */
  const isShrunk = (whole: number, length: number, tile: number) => Math.abs(whole / downsample - length) < tile;
  if (!isShrunk(full.width, page.width, full.blockWidth) || !isShrunk(full.height, page.height, full.blockHeight)) {
    const sizes = `${page.width} x ${page.height} pixels where the first level has ${full.width} x ${full.height}`;
    throw damaged(file, page.name, `${sizes}, which is not ${downsample} times as many`);
  }
  const heights = areas.map(({ rows }) => Math.trunc((rows - 1) * advanceY + full.blockHeight));
  const top = Math.max(0, ...areas.map(({ y }, i) => y + (heights[i] ?? 0)));
  const grids: TileGrid<TiffPage>[] = areas.map(({ column, row, columns, rows, x, y }, i) => ({
    page,
    tileWidth: full.blockWidth / downsample,
    tileHeight: full.blockHeight / downsample,
    column,
    row,
    columns,
    rows,
    left: x / downsample,
    top: (top - y - (heights[i] ?? 0)) / downsample,
    advanceX: advanceX / downsample,
    advanceY: advanceY / downsample,
  }));
  for (const { column, row, columns, rows, tileWidth, tileHeight } of grids) {
    const [right, bottom] = [(column + columns - 1) * tileWidth, (row + rows - 1) * tileHeight];
    if (right < page.width && bottom < page.height) continue;
    const sizes = `${page.width} x ${page.height} pixels, too few for areas that end at tile ${column + columns} x ${row + rows}`;
    throw damaged(file, page.name, sizes);
  }
  const extents = grids.map(gridExtent);
  const width = Math.max(...extents.map(({ right }) => right));
  const height = Math.max(...extents.map(({ bottom }) => bottom));
  if (!(width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE)) {
    throw damaged(file, page.name, `its areas make a level of ${width} x ${height} pixels`);
  }
  return {
    width,
    height,
    downsample,
    pages: [page],
    placed: {
      background: [white, white, white],
      pages: [page],
      tilesIn: function* (window) {
        for (const grid of grids) yield* gridTiles(grid, window);
      },
    },
  };
}
