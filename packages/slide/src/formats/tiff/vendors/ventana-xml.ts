/**
 * What Ventana's XML says: the scanner's settings in the first page, and in the first level where its areas lie and how far neighbouring tiles overlap.
 * Source: OpenSlide's description of the format and its reader.
 */
import { SlideError } from '../../../slide-error.js';
import { damaged, type TiffFile } from '../structure/file.js';
import { type Attributes, numberIn, visitXml, wholeIn } from './visit-xml.js';

export interface IScan {
  readonly magnification: number | undefined;
  /** Micrometres per pixel. */
  readonly scanRes: number | undefined;
  /** Brightness of glass without tissue, 0 to 255. */
  readonly whitePoint: number | undefined;
  readonly zLayers: number;
}

/** Tiles that were scanned in one go. */
export interface BifArea {
  /** In the page's grid of tiles. */
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
  /** Corner in the slide, pixels of level 0: x from the left, y from a point below everything up to the area's lower edge. */
  readonly x: number;
  readonly y: number;
}

export interface Stitching {
  readonly areas: readonly BifArea[];
  /** Pixels of level 0 from tile to tile: the mean over all joints, by their confidence. */
  readonly advanceX: number;
  readonly advanceY: number;
}

const MAX_AREAS = 1000;
const MAX_GRID_SIDE = 1 << 20;
/** Pixels. */
const MAX_PLACE = 2 ** 31;
const ENCODED = 'EncodeInfo/SlideStitchInfo/ImageInfo';

/** The scanner's settings as they stand there. @throws {SlideError} `bad-input` where there are none */
export function iScanAttributes(file: TiffFile, xml: string): Attributes {
  let found: Attributes | undefined;
  visitXml(file, xml, 'page 0, tag XmlPacket (700)', {
    open: (path, attributes) => {
      if (path === 'iScan' || path === 'Metadata/iScan') found ??= attributes;
    },
  });
  if (found === undefined) throw damaged(file, 'page 0, tag XmlPacket (700)', 'its XML has no iScan');
  return found;
}

export function parseIScan(file: TiffFile, xml: string): IScan {
  const found = iScanAttributes(file, xml);
  const positive = (name: string): number | undefined => {
    const value = Number(found[name] ?? '');
    return value > 0 && Number.isFinite(value) ? value : undefined;
  };
  const whitePoint = positive('ScanWhitePoint');
  return {
    magnification: positive('Magnification'),
    scanRes: positive('ScanRes'),
    whitePoint: whitePoint !== undefined && whitePoint <= 255 ? Math.round(whitePoint) : undefined,
    zLayers: positive('Z-layers') ?? 1,
  };
}

interface Draft extends BifArea {
  readonly scanned: boolean;
}

/** Offsets of neighbouring tiles, weighted. */
class Mean {
  #sum = 0;
  #weight = 0;
  #count = 0;

  add(value: number, weight: number): void {
    this.#sum += value * weight;
    this.#weight += weight;
    this.#count++;
  }

  /** Offsets were given, and all of them without weight. */
  get isUnknown(): boolean {
    return this.#count > 0 && this.#weight === 0;
  }

  /** 0 where nothing was weighed. */
  get value(): number {
    return this.#weight > 0 ? this.#sum / this.#weight : 0;
  }
}

/**
 * @param page name of the first level
 * @param tile its tiles' size, pixels
 * @throws {SlideError} `bad-input` for tiles that are no neighbours, areas without a place, overlaps of more than half a tile
 */
export function parseStitching(
  file: TiffFile,
  xml: string,
  page: string,
  tile: { readonly width: number; readonly height: number },
): Stitching {
  const where = `${page}, tag XmlPacket (700)`;
  const drafts: Omit<Draft, 'column' | 'row'>[] = [];
  const origins: { readonly column: number; readonly row: number }[] = [];
  const [across, down] = [new Mean(), new Mean()];
  const whole = (attributes: Attributes, name: string, least = 0) => wholeIn(file, attributes, name, where, least);
  visitXml(file, xml, where, {
    open: (path, attributes) => {
      if (drafts.length > MAX_AREAS || origins.length > MAX_AREAS) {
        throw damaged(file, where, `its XML lists more than ${MAX_AREAS} areas`);
      }
      if (path === ENCODED) drafts.push(areaOf(file, attributes, where, tile));
      else if (path === `${ENCODED}/TileJointInfo`) {
        const area = drafts.at(-1);
        if (area?.scanned === true) addJoint(file, area, attributes, where, { across, down });
      } else if (/^EncodeInfo\/AoiOrigin\/[^/]+$/.test(path)) {
        const [column, row] = [whole(attributes, 'OriginX') / tile.width, whole(attributes, 'OriginY') / tile.height];
        if (!Number.isInteger(column) || !Number.isInteger(row)) {
          throw damaged(file, where, 'an area does not begin at a tile');
        }
        origins.push({ column, row });
      }
    },
  });
  if (drafts.length === 0 || drafts.length !== origins.length) {
    throw damaged(file, where, `its XML describes ${drafts.length} areas and the origins of ${origins.length}`);
  }
  const areas: BifArea[] = [];
  for (const [i, origin] of origins.entries()) {
    const draft = drafts[i];
    if (draft?.scanned !== true) continue;
    const { scanned, ...area } = draft;
    areas.push({ ...area, ...origin });
  }
  if (areas.length === 0) throw damaged(file, where, 'none of its areas was scanned');
  if (across.isUnknown || down.isUnknown) {
    throw damaged(
      file,
      where,
      'the confidence of every overlap of its tiles is 0, so that nothing says where they lie',
    );
  }
  const [advanceX, advanceY] = [tile.width - across.value, tile.height - down.value];
  if (!isNear(advanceX, tile.width) || !isNear(advanceY, tile.height)) {
    const overlaps = `${across.value.toFixed(1)} x ${down.value.toFixed(1)}`;
    throw damaged(file, where, `tiles of ${tile.width} x ${tile.height} pixels that overlap by ${overlaps}`);
  }
  return { areas, advanceX, advanceY };
}

/** Gaps and overlaps are parts of a tile. */
const isNear = (advance: number, tile: number): boolean => advance > tile / 2 && advance < tile * 1.5;

function areaOf(
  file: TiffFile,
  attributes: Attributes,
  where: string,
  tile: { readonly width: number; readonly height: number },
): Omit<Draft, 'column' | 'row'> {
  const whole = (name: string, least: number) => wholeIn(file, attributes, name, where, least);
  const scanned = numberIn(file, attributes, 'AOIScanned', where) !== 0;
  if (!scanned) return { scanned, columns: 0, rows: 0, x: 0, y: 0 };
  const [width, height] = [whole('Width', 1), whole('Height', 1)];
  if (width !== tile.width || height !== tile.height) {
    const sizes = `${width} x ${height} pixels where the page has ${tile.width} x ${tile.height}`;
    throw damaged(file, where, `tiles of ${sizes}`);
  }
  const [columns, rows] = [whole('NumCols', 1), whole('NumRows', 1)];
  if (columns > MAX_GRID_SIDE || rows > MAX_GRID_SIDE) {
    throw new SlideError('bad-input', `${where}: an area of ${columns} x ${rows} tiles is impossible`, {
      subject: file.source.name,
    });
  }
  const place = (name: string): number => {
    const value = Math.trunc(numberIn(file, attributes, name, where));
    if (Math.abs(value) <= MAX_PLACE) return value;
    throw damaged(file, where, `its ${name} is ${value}`);
  };
  return { scanned, columns, rows, x: place('Pos-X'), y: place('Pos-Y') };
}

/** Where the tile of a number lies in its area. They are numbered from 1, from the lowest row up, there and back. */
function tileAt({ columns, rows }: Pick<BifArea, 'columns' | 'rows'>, number: number) {
  const row = Math.floor((number - 1) / columns);
  const column = (number - 1) % columns;
  return { column: row % 2 === 1 ? columns - 1 - column : column, row: rows - 1 - row };
}

function addJoint(
  file: TiffFile,
  area: Pick<BifArea, 'columns' | 'rows'>,
  attributes: Attributes,
  where: string,
  { across, down }: { readonly across: Mean; readonly down: Mean },
): void {
  const tile = (name: string) => {
    const number = wholeIn(file, attributes, name, where, 1);
    if (number <= area.columns * area.rows) return tileAt(area, number);
    throw damaged(file, where, `tile ${number} of an area of ${area.columns} x ${area.rows} tiles`);
  };
  const [one, two] = [tile('Tile1'), tile('Tile2')];
  const direction = attributes.Direction;
  const isRight = direction === 'RIGHT' && two.column === one.column + 1 && two.row === one.row;
  const isUp = direction === 'UP' && two.column === one.column && two.row === one.row - 1;
  if (!isRight && !isUp) {
    const tiles = `tiles ${attributes.Tile1} and ${attributes.Tile2}`;
    throw damaged(file, where, `${tiles} are no neighbours in the direction ${JSON.stringify(direction ?? '')}`);
  }
  const confidence = wholeIn(file, attributes, 'Confidence', where);
  if (isRight) across.add(numberIn(file, attributes, 'OverlapX', where), confidence);
  else down.add(numberIn(file, attributes, 'OverlapY', where), confidence);
}
