/**
 * What `Slidedat.ini` says of a slide: its files, its photos and how each level's images lie in them. Facts: OpenSlide's description of the MIRAX format
 * (openslide.org/formats/mirax) and the names of its keys.
 */
import { SlideError } from '../../slide-error.js';
import { type IniFile, parseIni } from './ini.js';

export type ImageFormat = 'jpeg' | 'png' | 'bmp';

export interface MiraxLevel {
  /** Images of the finest kind that one image of this level stands for, across and down. */
  readonly concat: number;
  readonly format: ImageFormat;
  /** Pixels of an image. */
  readonly width: number;
  readonly height: number;
}

/** A record of the index that is no image of a level. */
export interface OtherRecord {
  readonly name: 'macro' | 'label' | 'thumbnail';
  readonly record: number;
}

export interface Slidedat {
  readonly id: string;
  readonly indexFile: string;
  readonly dataFiles: readonly string[];
  /** Images of the finest kind, across and down; a photo is `divisions` of them each way. */
  readonly across: number;
  readonly down: number;
  readonly divisions: number;
  readonly levels: readonly [MiraxLevel, ...MiraxLevel[]];
  /** Of the photos, pixels. */
  readonly overlapX: number;
  readonly overlapY: number;
  readonly micronsX: number;
  readonly micronsY: number;
  readonly objectivePower: number | undefined;
  /** Where nothing was photographed: red, green, blue. */
  readonly fill: readonly [number, number, number];
  /** Where the positions of the photos are; undefined where only the overlap is stated. */
  readonly positions: { readonly record: number; readonly isPacked: boolean } | undefined;
  /** How many records the index has beside those of levels. */
  readonly records: number;
  readonly others: readonly OtherRecord[];
}

/** Sides of an image, pixels. */
const MAX_IMAGE_SIDE = 4096;
/** Images of the finest kind: half a million pixels a side where each has 256. */
const MAX_IMAGES = 1 << 22;
const MAX_LEVELS = 24;
const MAX_ENTRIES = 4096;
const FORMATS: Readonly<Record<string, ImageFormat>> = { JPEG: 'jpeg', PNG: 'png', BMP24: 'bmp' };
const TREE = 'HIERARCHICAL';
/** Scales of levels are rounded in the file. */
const SCALE_TOLERANCE = 0.05;

/** Layers of pictures beside the slide, and the key that says how they are stored. */
const LAYERS = [
  { name: 'macro', layer: 'ScanDataLayer_SlideThumbnail', key: 'THUMBNAIL_IMAGE_TYPE' },
  { name: 'label', layer: 'ScanDataLayer_SlideBarcode', key: 'BARCODE_IMAGE_TYPE' },
  { name: 'thumbnail', layer: 'ScanDataLayer_SlidePreview', key: 'PREVIEW_IMAGE_TYPE' },
] as const;

/**
 * @param subject for messages
 * @throws {SlideError} `bad-input` for what is missing or impossible, `unsupported` for fluorescence
 */
export function readSlidedat(text: string, subject: string): Slidedat {
  const ini = parseIni(text, subject);
  const across = ini.integer('GENERAL', 'IMAGENUMBER_X', 1, MAX_IMAGES);
  const down = ini.integer('GENERAL', 'IMAGENUMBER_Y', 1, MAX_IMAGES);
  if (across * down > MAX_IMAGES) throw ini.fail(`${across} x ${down} images are impossible`);
  const stated = ini.find('GENERAL', 'CameraImageDivisionsPerSide');
  const divisions = stated === undefined ? 1 : ini.integer('GENERAL', 'CameraImageDivisionsPerSide', 1, 1024);
  refuseFluorescence(ini, subject);
  if (ini.text(TREE, 'HIER_0_NAME') !== 'Slide zoom level')
    throw ini.fail('the levels ("Slide zoom level") are not HIER_0');
  const sections = Array.from({ length: ini.integer(TREE, 'HIER_0_COUNT', 1, MAX_LEVELS) }, (_, i) =>
    ini.text(TREE, `HIER_0_VAL_${i}_SECTION`),
  );
  refuseMore(ini, TREE, `HIER_0_VAL_${sections.length}_SECTION`, sections.length);
  let exponent = 0;
  const levels = sections.map((section, i): MiraxLevel => {
    exponent += ini.integer(section, 'IMAGE_CONCAT_FACTOR', i === 0 ? 0 : 1, MAX_LEVELS);
    const format = ini.text(section, 'IMAGE_FORMAT');
    const known = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
    if (known === undefined || exponent > MAX_LEVELS) {
      const problem =
        known === undefined ? `images of the format ${JSON.stringify(format.slice(0, 40))}` : 'these levels';
      throw new SlideError('unsupported', `Slidedat.ini: ${problem} are not supported`, {
        subject,
        hint: 'export it as TIFF',
      });
    }
    const side = (key: string): number => ini.integer(section, key, 1, MAX_IMAGE_SIDE);
    return { concat: 2 ** exponent, format: known, width: side('DIGITIZER_WIDTH'), height: side('DIGITIZER_HEIGHT') };
  });
  const [base, ...coarser] = levels;
  const [section] = sections;
  if (base === undefined || section === undefined) throw ini.fail('it has no level');
  const bgr = ini.integer(section, 'IMAGE_FILL_COLOR_BGR', -(2 ** 31), 2 ** 32 - 1);
  const power = Number(ini.find('GENERAL', 'OBJECTIVE_MAGNIFICATION')?.replace(/x$/i, ''));
  const files = ini.integer('DATAFILE', 'FILE_COUNT', 1, MAX_ENTRIES);
  refuseMore(ini, 'DATAFILE', `FILE_${files}`, files);
  checkScales(ini, sections, levels);
  return {
    id: ini.text('GENERAL', 'SLIDE_ID'),
    indexFile: fileName(ini, TREE, 'INDEXFILE'),
    dataFiles: Array.from({ length: files }, (_, i) => fileName(ini, 'DATAFILE', `FILE_${i}`)),
    across,
    down,
    divisions,
    levels: [base, ...coarser],
    overlapX: overlap(ini, section, 'OVERLAP_X', base.width * divisions),
    overlapY: overlap(ini, section, 'OVERLAP_Y', base.height * divisions),
    micronsX: ini.number(section, 'MICROMETER_PER_PIXEL_X'),
    micronsY: ini.number(section, 'MICROMETER_PER_PIXEL_Y'),
    objectivePower: power > 0 && Number.isFinite(power) ? power : undefined,
    fill: [bgr & 255, (bgr >> 8) & 255, (bgr >> 16) & 255],
    ...otherRecords(ini),
  };
}

/** Of a file in the slide's own folder. */
function fileName(ini: IniFile, group: string, key: string): string {
  const name = ini.text(group, key);
  if (/^[^/\\:\0]+$/.test(name) && name !== '.' && name !== '..') return name;
  throw ini.fail(`"${key}" is no name of a file in the slide's folder: ${JSON.stringify(name.slice(0, 80))}`);
}

function overlap(ini: IniFile, section: string, key: string, photo: number): number {
  const value = ini.number(section, key);
  if (value >= 0 && value < photo) return value;
  throw ini.fail(`"${key}" is ${value}, which is no overlap of photos of ${photo} pixels`);
}

/** A count that is too small would leave out what comes after it, without a sign. */
function refuseMore(ini: IniFile, group: string, key: string, count: number): void {
  if (ini.find(group, key) !== undefined)
    throw ini.fail(`[${group}] has "${key}", although it counts only ${count} of them`);
}

/** Where coarse levels state a scale, it is that of their images: a wrong factor would show all of a level too large or too small. */
function checkScales(ini: IniFile, sections: readonly string[], levels: readonly MiraxLevel[]): void {
  for (const key of ['MICROMETER_PER_PIXEL_X', 'MICROMETER_PER_PIXEL_Y']) {
    const [first = '', ...others] = sections;
    const base = ini.number(first, key);
    for (const [i, section] of others.entries()) {
      if (base <= 0 || ini.find(section, key) === undefined) continue;
      const wanted = (base * (levels[i + 1]?.concat ?? 1)) / (levels[0]?.concat ?? 1);
      const stated = ini.number(section, key);
      if (Math.abs(stated / wanted - 1) <= SCALE_TOLERANCE) continue;
      throw ini.fail(`"${key}" of level ${i + 1} is ${stated}, where its images make it ${wanted}`);
    }
  }
}

/** Channels are levels of another tree, and each has images of all places. */
function refuseFluorescence(ini: IniFile, subject: string): void {
  const trees = ini.integer(TREE, 'HIER_COUNT', 1, MAX_ENTRIES);
  for (let i = 0; i < trees; i++) {
    if (ini.find(TREE, `HIER_${i}_NAME`) !== 'Slide filter level') continue;
    if (ini.integer(TREE, `HIER_${i}_COUNT`, 0, MAX_ENTRIES) <= 1) continue;
    throw new SlideError('unsupported', 'several fluorescence filters (MIRAX) are not supported', {
      subject,
      hint: 'export it as brightfield RGB',
    });
  }
}

/** Records are numbered through all layers, each of which has so many values. */
function otherRecords(ini: IniFile): Pick<Slidedat, 'positions' | 'others' | 'records'> {
  const names = new Map<string, number>();
  const others: OtherRecord[] = [];
  let next = 0;
  const layers = ini.integer(TREE, 'NONHIER_COUNT', 0, MAX_ENTRIES);
  refuseMore(ini, TREE, `NONHIER_${layers}_NAME`, layers);
  for (let i = 0; i < layers; i++) {
    const name = ini.text(TREE, `NONHIER_${i}_NAME`);
    const count = ini.integer(TREE, `NONHIER_${i}_COUNT`, 1, MAX_ENTRIES);
    refuseMore(ini, TREE, `NONHIER_${i}_VAL_${count}`, count);
    if (!names.has(name)) names.set(name, next);
    for (let value = 0; name === 'Scan data layer' && value < count; value++) {
      const found = LAYERS.find(({ layer }) => layer === ini.find(TREE, `NONHIER_${i}_VAL_${value}`));
      const section = ini.find(TREE, `NONHIER_${i}_VAL_${value}_SECTION`);
      if (found === undefined || section === undefined || ini.find(section, found.key) !== 'JPEG') continue;
      others.push({ name: found.name, record: next + value });
    }
    next += count;
  }
  const [plain, packed] = [names.get('VIMSLIDE_POSITION_BUFFER'), names.get('StitchingIntensityLayer')];
  const record = plain ?? packed;
  return {
    others,
    records: next,
    positions: record === undefined ? undefined : { record, isPacked: plain === undefined },
  };
}
