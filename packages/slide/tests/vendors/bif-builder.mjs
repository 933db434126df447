/**
 * Writes Ventana BIF files as their public readers describe them: a BigTIFF whose first page is the label, whose levels' tiles overlap, and whose XML says
 * where areas lie and how neighbours overlap. Every tile is cut from one picture, so that what a reader must show is known.
 */
import { shrink, tissue } from '../ndpi/pictures.mjs';
import { buildPages, bytes, cutTiles, stripPage, text } from './tiff-pages.mjs';

/** Part of a picture; outside it is black. */
function crop(picture, left, top, side) {
  const data = new Uint8Array(side * side * 3);
  for (let row = 0; row < side && top + row < picture.height; row++) {
    const from = ((top + row) * picture.width + left) * 3;
    data.set(picture.data.subarray(from, from + Math.min(side, picture.width - left) * 3), row * side * 3);
  }
  return { width: side, height: side, channels: 3, data };
}

/** Number of a tile, from 1: from the lowest row up, there and back. */
export function tileNumber({ columns, rows }, column, row) {
  const up = rows - 1 - row;
  return up * columns + (up % 2 === 1 ? columns - 1 - column : column) + 1;
}

function jointsOf(area, overlap) {
  const joints = [];
  const joint = (direction, one, two, overlapX, overlapY, confidence = 98) =>
    joints.push(
      `<TileJointInfo FlagJoined="1" Confidence="${confidence}" Direction="${direction}" Tile1="${one}" Tile2="${two}" OverlapX="${overlapX}" OverlapY="${overlapY}"/>`,
    );
  for (let row = 0; row < area.rows; row++) {
    for (let column = 0; column < area.columns; column++) {
      const here = tileNumber(area, column, row);
      if (column + 1 < area.columns) joint('RIGHT', here, tileNumber(area, column + 1, row), overlap, 0);
      if (row > 0) joint('UP', here, tileNumber(area, column, row - 1), 0, overlap);
    }
  }
  return joints.join('');
}

/** Of the first level. */
export const stitchXml = ({ areas, side, overlap }) => {
  const infos = areas.map(
    (area) =>
      `<ImageInfo AOIScanned="${area.scanned === false ? 0 : 1}" AOIIndex="0" Width="${side}" Height="${side}" NumRows="${area.rows}" NumCols="${area.columns}" Pos-X="${area.x}" Pos-Y="${area.y}">${jointsOf(area, area.overlap ?? overlap)}</ImageInfo>`,
  );
  const origins = areas.map(({ column, row }, i) => `<AOI${i} OriginX="${column * side}" OriginY="${row * side}"/>`);
  return `<?xml version="1.0"?><EncodeInfo Ver="2"><SlideStitchInfo>${infos.join('')}</SlideStitchInfo><AoiOrigin>${origins.join('')}</AoiOrigin></EncodeInfo>`;
};

/** Of the first page. */
export const scanXml = (attributes = '') =>
  `<Metadata><iScan Magnification="20" ScanRes="0.465000" UnitNumber="BI10N0294" Z-layers="1" ScanWhitePoint="255" ${attributes}/></Metadata>`;

/** Where an area's upper edge lies in the slide. */
function topOf(areas, area, side, overlap) {
  const height = ({ rows }) => (rows - 1) * (side - overlap) + side;
  return Math.max(...areas.map((one) => one.y + height(one))) - area.y - height(area);
}

/**
 * @param picture of the slide, at level 0; `areas` say in tiles of the page where they are stored, in pixels where they lie (y from below)
 * @param change what the file says differently from the truth
 */
export function buildBif({
  picture,
  label,
  thumbnail,
  areas,
  side,
  overlap,
  levels = 3,
  change = {},
  encode = (page) => page,
}) {
  const columns = Math.max(...areas.map(({ column, columns: count }) => column + count));
  const rows = Math.max(...areas.map(({ row, rows: count }) => row + count));
  const pages = [];
  const { iScan = scanXml(), stitching = stitchXml({ areas, side, overlap }), descriptions = [] } = change;
  if (label !== undefined) pages.push(stripPage(label, { 270: [2, text('Label Image')] }));
  if (thumbnail !== undefined) pages.push(stripPage(thumbnail, { 270: [2, text('Thumbnail')] }));
  for (let i = 0; i < levels; i++) {
    const factor = 2 ** i;
    const small = factor === 1 ? picture : shrink(picture, factor);
    const part = side / factor;
    // The page holds the parts side by side; only whole tiles of `side` are stored.
    const [width, height] = [columns * part, rows * part];
    const data = new Uint8Array(width * height * 3);
    for (const area of areas) {
      if (area.scanned === false) continue;
      for (let row = 0; row < area.rows; row++) {
        for (let column = 0; column < area.columns; column++) {
          const left = (area.x + column * (side - overlap)) / factor;
          const top = (topOf(areas, area, side, overlap) + row * (side - overlap)) / factor;
          const tile = crop(small, left, top, part);
          for (let y = 0; y < part; y++) {
            const to = (((area.row + row) * part + y) * width + (area.column + column) * part) * 3;
            data.set(tile.data.subarray(y * part * 3, (y + 1) * part * 3), to);
          }
        }
      }
    }
    const stated = descriptions[i] ?? `level=${i} mag=${20 / factor} quality=90`;
    const tags = { 270: [2, text(stated)], ...(i === 0 && stitching !== null ? { 700: [1, bytes(stitching)] } : {}) };
    const tiles = cutTiles({ width, height, data }, side);
    pages.push({ width, height, side, tiles, tags });
  }
  if (pages[0] !== undefined && iScan !== null && pages[0].tags[700] === undefined)
    pages[0].tags[700] = [1, bytes(iScan)];
  return buildPages(pages.map(encode));
}

/** Two areas side by side, of which one lies lower and a third was not scanned. */
export const twoAreas = {
  picture: tissue(416, 320),
  label: tissue(60, 90, 3),
  thumbnail: tissue(52, 40, 4),
  side: 64,
  overlap: 8,
  areas: [
    { column: 0, row: 0, columns: 3, rows: 4, x: 0, y: 80 },
    { column: 3, row: 0, columns: 1, rows: 1, x: 0, y: 0, scanned: false },
    { column: 4, row: 1, columns: 3, rows: 3, x: 240, y: 40 },
  ],
};

/** What the slide shows at a level: the picture where an area lies, else white. */
export function slideOf({ picture, areas, side, overlap }, factor = 1, white = 255) {
  const scanned = areas.filter((area) => area.scanned !== false);
  const extent = (count) => (count - 1) * (side - overlap) + side;
  const boxes = scanned.map((area) => ({
    left: area.x / factor,
    top: topOf(scanned, area, side, overlap) / factor,
    width: extent(area.columns) / factor,
    height: extent(area.rows) / factor,
  }));
  const width = Math.max(...boxes.map((box) => box.left + box.width));
  const height = Math.max(...boxes.map((box) => box.top + box.height));
  const small = factor === 1 ? picture : shrink(picture, factor);
  const data = new Uint8Array(width * height * 3).fill(white);
  for (const { left, top, width: columns, height: rows } of boxes) {
    for (let y = top; y < top + rows; y++) {
      const from = (y * small.width + left) * 3;
      data.set(small.data.subarray(from, from + columns * 3), (y * width + left) * 3);
    }
  }
  return { width, height, channels: 3, data };
}
