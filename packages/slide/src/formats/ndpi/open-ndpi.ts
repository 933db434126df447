/** Finds out what the pages of an NDPI are: levels of the slide in its own plane, other focal planes, the macro picture, the map of what was scanned. */
import { SlideError } from '../../slide-error.js';
import type { ByteSource } from '../../source/byte-source.js';
import { refuseBomb } from '../decoded-size.js';
import type { SlideRuntime } from '../format.js';
import type { TiffLevel, TiffPage, TiffSlide } from '../tiff/page.js';
import { describeBeside } from '../tiff/structure/describe-beside.js';
import { describePage } from '../tiff/structure/describe-page.js';
import { type Directory, damaged, openTiffFile, readDirectory, type TiffFile } from '../tiff/structure/file.js';
import { isReduced, level } from '../tiff/structure/levels.js';
import type { PageOptions } from '../tiff/structure/pixel-format.js';
import { statedResolution } from '../tiff/structure/resolution.js';
import { Tag } from '../tiff/structure/tags.js';
import { numberOf, walkDirectories } from '../tiff/structure/walk-directories.js';
import { ndpiProperties } from './properties.js';
import { restartPage } from './restart-page.js';
import { MACRO, MAP, NdpiTag } from './tags.js';

/** From this size on, offsets need the words above their 32 bits. */
const HIGH = 2 ** 32;
/** Pixels by which some writers pad a level; where its picture lies in it is not said. */
const MAX_PADDING = 16;

/**
 * Reads the structure of an NDPI; no pixel is touched.
 * @returns undefined for another TIFF
 * @throws {SlideError} `bad-input` for a file that is cut off or contradicts itself, `unsupported` for fluorescence and other compressions than JPEG
 */
export async function openNdpi(
  source: ByteSource,
  { codecs }: Pick<SlideRuntime, 'codecs'>,
): Promise<TiffSlide | undefined> {
  const file = await ndpiFile(source);
  if (file === undefined) return undefined;
  const options: PageOptions = { codecs, content: 'picture' };
  const directories = await walkDirectories(file);
  const { levels: own, planes, beside, widest } = await sort(file, directories);
  const [first, ...others] = own;
  if (first === undefined) {
    throw damaged(file, 'header', 'none of its pages is a level of a slide in the focal plane 0');
  }
  const width = await numberOf(file, first.directory, Tag.ImageWidth);
  if (width < widest) {
    const problem = `the largest level of the focal plane 0 is ${width} pixels wide where another page has ${widest}`;
    throw damaged(file, first.directory.name, problem);
  }
  const notes = planes.length === 0 ? [] : [`focal planes at ${planes.join(', ')} nm, which are not read`];
  const base = await levelPage(file, first.directory, options);
  const levels: TiffLevel[] = [];
  let last = base;
  let objectivePower: number | undefined = first.lens;
  for (const { directory, lens } of others) {
    const page = await levelPage(file, directory, options);
    if (page.width >= last.width || !hasShapeOf(base, page)) {
      const sizes = `${page.width} x ${page.height} pixels is no smaller picture of the slide of ${base.width} x ${base.height}`;
      throw damaged(file, page.name, `a level of ${sizes}`);
    }
    last = page;
    // Magnifications that do not shrink as the levels do say nothing.
    if (Math.abs((first.lens / lens) * (page.width / base.width) - 1) > 0.05) objectivePower = undefined;
    if (isReduced(base, page)) levels.push(level([page], base));
    else notes.push(`a level of ${page.width} x ${page.height} pixels with a margin, which is not read`);
  }
  const pictures = await describeBeside(file, beside, options);
  const { scale, note } = await statedResolution(file, first.directory);
  return {
    format: 'Hamamatsu NDPI',
    levels: [level([base], base), ...levels],
    scale,
    micronsPerPixelFrom: scale === undefined ? undefined : 'resolution tags',
    ...(scale === undefined && note !== undefined ? { scaleNote: note } : {}),
    objectivePower,
    notes: [...notes, ...pictures.notes],
    associated: pictures.associated,
    readProperties: () => ndpiProperties(file, directories[0] ?? first.directory),
  };
}

/** The file where its first directory has the tag that all NDPIs have. */
async function ndpiFile(source: ByteSource): Promise<TiffFile | undefined> {
  const classic = await openTiffFile(source);
  if (classic === undefined || classic.big || !classic.littleEndian) return undefined;
  let file: TiffFile = classic;
  if (source.size >= HIGH) {
    const head = await source.read(8, 4);
    const high = new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true);
    file = { ...classic, firstDirectory: classic.firstDirectory + high * HIGH, highWords: true };
  }
  // What is said of a TIFF that is damaged here is said by its own reader.
  const first = await readDirectory(file, file.firstDirectory, 'page 0').catch((error: unknown) => {
    if (!(error instanceof SlideError)) throw error;
  });
  return first?.entries.has(NdpiTag.FormatFlag) === true ? file : undefined;
}

interface Sorted {
  /** Of the focal plane 0. */
  readonly levels: readonly { readonly directory: Directory; readonly lens: number }[];
  /** Heights of the other planes, nanometres. */
  readonly planes: readonly number[];
  readonly beside: ReadonlyMap<string, Directory>;
  /** Width of the largest page that is a level of any plane, or that does not say what it is, pixels. */
  readonly widest: number;
}

async function sort(file: TiffFile, directories: readonly Directory[]): Promise<Sorted> {
  const levels: { directory: Directory; lens: number }[] = [];
  const planes = new Set<number>();
  const beside = new Map<string, Directory>();
  let widest = 0;
  for (const directory of directories) {
    const lens = await numberOf(file, directory, NdpiTag.SourceLens);
    const plane = await numberOf(file, directory, NdpiTag.FocalPlane);
    if (lens !== MACRO && lens !== MAP) {
      widest = Math.max(widest, await numberOf(file, directory, Tag.ImageWidth));
    }
    if (lens > 0 && plane !== 0) planes.add(plane);
    else if (lens > 0) levels.push({ directory, lens });
    else {
      const kind = lens === MACRO ? 'macro' : lens === MAP ? 'map' : directory.name;
      beside.set(beside.has(kind) ? directory.name : kind, directory);
    }
  }
  return { levels, planes: [...planes].sort((a, b) => a - b), beside, widest };
}

async function levelPage(file: TiffFile, directory: Directory, options: PageOptions): Promise<TiffPage> {
  const page = await describePage(file, directory, options);
  const { name, samples, width, height } = page;
  if (samples !== 3 || page.bits !== 8) {
    throw new SlideError(
      'unsupported',
      `${name}: fluorescence channels (Hamamatsu NDPI, ${samples} x ${page.bits} bits) are not supported`,
      { subject: file.source.name, hint: 'export it as brightfield RGB' },
    );
  }
  refuseBomb(`${name}: `, width * height * samples, file.source);
  return restartPage(file, directory, page);
}

/** Whether a page is the slide at one factor, but for a margin. */
function hasShapeOf(full: TiffPage, { width, height }: TiffPage): boolean {
  const factor = full.width / width;
  return Math.abs(full.height / factor - height) <= MAX_PADDING;
}
