/** A MIRAX slide: thousands of overlapping photos, in levels, in a folder of few files. */
import { type Rect, scaleOfSides } from '@ftuseg/core';
import { inflateStream } from '../../codecs/deflate/inflate-stream.js';
import type { Slide } from '../../slide.js';
import { SlideError } from '../../slide-error.js';
import type { ByteSource } from '../../source/byte-source.js';
import type { FileFolder } from '../../source/file-folder.js';
import { OpenFiles } from '../../source/open-files.js';
import type { SlideRuntime } from '../format.js';
import { boundsWithin } from '../placed/bounds-within.js';
import type { TiffLevel, TiffPage, TiffSlide } from '../tiff/page.js';
import { slideOfPages } from '../tiff/pages-slide.js';
import { BlockCache } from '../tiff/pixels/block-cache.js';
import { associatedPages } from './associated-pages.js';
import { checkBytes, checkPyramid } from './check-images.js';
import { decodeImage } from './decode-image.js';
import { type DataPlace, damagedMirax, type ImageRecords, openIndex } from './index-file.js';
import { parseIni } from './ini.js';
import { miraxPage } from './level-page.js';
import { checkPhotos, photoNotes } from './photo-checks.js';
import { evenPositions, type PhotoPositions, photosOf, positionBytes, statedPositions } from './photo-positions.js';
import { isCuttable, type Photos, placeTiles, tilesOf } from './placed-tiles.js';
import { readSlidedat, type Slidedat } from './slidedat.js';

const MAX_SLIDEDAT_BYTES = 1 << 20;
/** Of one image, decoded or not. */
const MAX_IMAGE_BYTES = 64 << 20;
const MAX_CACHE_BYTES = 32 << 20;
/** Blocks of the first level: half a million pixels a side. */
const MAX_SIDE = 1 << 19;
const TILES_PER_RECORD = 64;
/** That are looked at for positions of another name. */
const MAX_OTHER_RECORDS = 1024;

export interface MiraxOptions extends Pick<SlideRuntime, 'codecs' | 'makeShrinker'> {
  /** For messages. */
  readonly subject: string;
  /** Called with the slide. */
  close(): Promise<void>;
}

/**
 * @param folder that holds `Slidedat.ini`, or has it at `prefix`
 * @throws {SlideError} `bad-input` for what is missing, by its name, and for damage; `unsupported` for fluorescence
 */
export async function openMirax(folder: FileFolder, prefix: string, options: MiraxOptions): Promise<Slide> {
  const { subject, codecs } = options;
  const whole = async <T>(name: string, use: (source: ByteSource) => Promise<T>): Promise<T> => {
    const source = await folder.open(prefix + name);
    if (source === undefined) throw missing(prefix + name, subject);
    return use(source).finally(() => source.close());
  };
  const slidedatText = (): Promise<string> =>
    whole('Slidedat.ini', async (source) => {
      if (source.size > MAX_SLIDEDAT_BYTES)
        throw damagedMirax(subject, `Slidedat.ini: ${source.size} bytes are too many`);
      return new TextDecoder().decode(await source.read(0, source.size));
    });
  const slidedat = readSlidedat(await slidedatText(), subject);
  const files = new OpenFiles(folder);
  const readData = ({ file, offset, bytes }: DataPlace, signal?: AbortSignal): Promise<Uint8Array> => {
    const name = `${prefix}${slidedat.dataFiles[file] ?? ''}`;
    return files.with(name, async (source) => {
      if (source === undefined) throw missing(name, subject);
      if (offset + bytes > source.size || bytes > MAX_IMAGE_BYTES) {
        throw damagedMirax(subject, `${name}: ${bytes} bytes at ${offset} pass its end or are too many`);
      }
      return source.read(offset, bytes, { signal });
    });
  };
  const close = async (): Promise<void> => {
    await files.close();
    await options.close();
  };
  try {
    const parts = await whole(slidedat.indexFile, async (source) => {
      const { id, across, down, dataFiles } = slidedat;
      const index = await openIndex(source, { id, files: dataFiles.length, images: across * down, subject });
      const records: ImageRecords[] = [];
      for (const number of slidedat.levels.keys()) records.push(await index.level(number));
      const positions = await positionsOf(slidedat, index.record, readData, subject);
      return { records, positions, associated: await associatedPages(slidedat, index.record, readData, options) };
    });
    const sizes: number[] = [];
    for (const file of slidedat.dataFiles) {
      const name = prefix + file;
      const size = await files.with(name, async (opened) => opened?.size);
      if (size === undefined) throw missing(name, subject);
      sizes.push(size);
    }
    const source: ByteSource = { name: subject, size: 0, read: async () => new Uint8Array(), close };
    const found = levelsOf(slidedat, { ...parts, sizes }, readData, { codecs, subject });
    const slide = describe(slidedat, found, parts.associated, subject);
    const readProperties = async (): Promise<[string, string][]> =>
      parseIni(await slidedatText(), subject).entries.map(([group, key, value]) => [`mirax.${group}.${key}`, value]);
    return slideOfPages({ ...slide, readProperties }, { source, makeShrinker: options.makeShrinker });
  } catch (error) {
    await files.close();
    throw error;
  }
}

/** @param name of a file beside the slide */
const missing = (name: string, subject: string): SlideError =>
  new SlideError('bad-input', `${name} is missing`, {
    subject,
    hint: 'a MIRAX slide is a .mrxs file and a folder of its name with Slidedat.ini, Index.dat and Data files: keep them together',
  });

type ReadData = (place: DataPlace, signal?: AbortSignal) => Promise<Uint8Array>;

async function positionsOf(
  slidedat: Slidedat,
  record: (number: number) => Promise<DataPlace>,
  readData: ReadData,
  subject: string,
): Promise<PhotoPositions> {
  const { positions } = slidedat;
  const fail = (problem: string) => damagedMirax(subject, `the positions of the photos: ${problem}`);
  const wanted = positionBytes(slidedat);
  if (positions === undefined) {
    for (let number = 0; number < Math.min(slidedat.records, MAX_OTHER_RECORDS); number++) {
      // Nobody needs these records, and some are empty.
      const other = await record(number).catch(() => undefined);
      if (other?.bytes === wanted) throw fail(`no layer is named as theirs, and record ${number} has as many bytes`);
    }
    return evenPositions(slidedat);
  }
  const stored = await readData(await record(positions.record));
  const bytes = positions.isPacked
    ? await inflateStream(stored, wanted + 1, 'deflate').catch(() => {
        throw fail('damaged Deflate data');
      })
    : stored;
  if (bytes.length !== wanted) throw fail(`they have ${bytes.length} bytes where ${wanted} are needed`);
  try {
    return statedPositions(bytes, slidedat);
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error));
  }
}

/** The size of the whole: photos side by side, less their overlap, of which a begun pixel counts as one. */
function sizeOf({ across, down, divisions, levels, overlapX, overlapY }: Slidedat): { width: number; height: number } {
  const [{ width, height }] = levels;
  const meetings = (images: number): number => Math.floor((images - 1) / divisions);
  return {
    width: across * width - meetings(across) * Math.ceil(overlapX),
    height: down * height - meetings(down) * Math.ceil(overlapY),
  };
}

interface Parts {
  readonly records: readonly ImageRecords[];
  readonly positions: PhotoPositions;
  /** Of the data files, bytes. */
  readonly sizes: readonly number[];
}

interface Found {
  readonly bounds: Rect | undefined;
  readonly levels: readonly TiffLevel[];
  readonly notes: readonly string[];
}

function levelsOf(
  slidedat: Slidedat,
  { records, positions, sizes }: Parts,
  readData: ReadData,
  { codecs, subject }: Pick<MiraxOptions, 'codecs' | 'subject'>,
): Found {
  const full = sizeOf(slidedat);
  if (full.width > MAX_SIDE || full.height > MAX_SIDE) {
    throw damagedMirax(subject, `a slide of ${full.width} x ${full.height} pixels is impossible`);
  }
  const [base] = slidedat.levels;
  const all = slidedat.levels.map((level, number) => ({ number, level, records: records[number] ?? new Int32Array() }));
  const usable = all.filter(
    ({ level: { concat }, level }) =>
      (level === base || isCuttable(level, slidedat)) && Math.min(full.width, full.height) >= concat,
  );
  checkPyramid(usable, slidedat, subject);
  const shared = checkBytes(usable, sizes, slidedat.dataFiles, subject);
  const photos = photosOf(slidedat);
  const placing: Photos = {
    positions,
    images: new Uint32Array(photos.across * photos.down),
    left: TILES_PER_RECORD * (records.reduce((sum, { length }) => sum + length / 4, 0) + 1024),
    subject,
  };
  const cache = new BlockCache(MAX_CACHE_BYTES);
  const levels: TiffLevel[] = [];
  let bounds: Rect | undefined;
  for (const { number, level, records: own } of usable) {
    const placed = placeTiles(slidedat, level, own, placing);
    if (level === base) {
      checkPhotos(slidedat, placing, full, subject);
      bounds = boundsWithin(tilesOf(placed), full);
    }
    const [width, height] = [Math.floor(full.width / level.concat), Math.floor(full.height / level.concat)];
    const name = `level ${number}`;
    const image = (at: number, signal: AbortSignal | undefined): Promise<Uint8Array> =>
      cache.get(
        `${number}:${at}`,
        async (all) => {
          const place = { offset: own[4 * at + 1] ?? 0, bytes: own[4 * at + 2] ?? 0, file: own[4 * at + 3] ?? 0 };
          const options = { codecs, where: `${name}, image ${at} at ${place.offset}`, subject, signal: all };
          return decodeImage(await readData(place, all), level, options);
        },
        signal,
      );
    const options = {
      name,
      width,
      height,
      placed,
      imageWidth: level.width,
      compression: `${level.format}, overlapping photos`,
      image,
      fill: slidedat.fill,
      subject,
    };
    levels.push({ width, height, downsample: level.concat / base.concat, pages: [miraxPage(options)] });
  }
  const same = shared === 0 ? [] : [`images that lie in the bytes of another and show the same: ${shared}`];
  return { bounds, levels, notes: [...photoNotes(slidedat, placing), ...same] };
}

function describe(
  slidedat: Slidedat,
  { bounds, levels, notes }: Found,
  associated: ReadonlyMap<string, TiffPage>,
  subject: string,
): TiffSlide {
  const [base, ...coarser] = levels;
  const { micronsX, micronsY, objectivePower, levels: stated } = slidedat;
  if (base === undefined) throw damagedMirax(subject, 'it has no level of a pixel or more');
  const hasScale = micronsX > 0 && micronsY > 0;
  const left = stated.length - levels.length;
  const isGuess = slidedat.positions === undefined && slidedat.overlapX + slidedat.overlapY > 0;
  return {
    format: '3DHISTECH MIRAX',
    levels: [base, ...coarser],
    bounds,
    scale: hasScale ? scaleOfSides(micronsX, micronsY) : undefined,
    micronsPerPixelFrom: hasScale ? 'Slidedat.ini' : undefined,
    objectivePower,
    notes: [
      ...(left > 0 ? [`${left} further levels, whose photos do not end at whole pixels`] : []),
      ...notes,
      ...(isGuess ? ['no positions of its photos: they are placed by the overlap that is stated for all'] : []),
    ],
    associated,
  };
}
