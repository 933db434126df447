/** A VSI slide: the largest of its scans, whose pixels lie in the folder beside the .vsi. */
import { scaleOfSides } from '@ftuseg/core';
import type { Slide } from '../../slide.js';
import type { ByteSource } from '../../source/byte-source.js';
import type { FileFolder } from '../../source/file-folder.js';
import { viewOf } from '../czi/segments.js';
import type { SlideRuntime } from '../format.js';
import type { TiffSlide } from '../tiff/page.js';
import { slideOfPages } from '../tiff/pages-slide.js';
import { associatedPages } from './associated.js';
import { damagedVsi, missingVsi, unsupportedVsi } from './errors.js';
import { readEtsHeader } from './ets-header.js';
import { openStack, type StackFile } from './open-stack.js';
import { vsiProperties } from './properties.js';
import { readStacks, recordsOfStack, type Stack, TAG_NAMES } from './stacks.js';
import { isVsi, readTagTree } from './tag-tree.js';

/** Tags and a small picture; real files have some hundred kilobytes. */
const MAX_VSI_BYTES = 64 << 20;
const FRAME = 'frame_t.ets';
const FIRST_FRAME = 'frame_t_0.ets';
const NEXT_FRAME = 'frame_t_1.ets';
/** Scans that are named in a sentence. */
const NAMED = 4;

/**
 * @param beside the folder of the .vsi
 * @param stem the name of the .vsi without its ending
 * @throws {SlideError} `bad-input` for what is missing, by its name, for damage and contradictions; `unsupported` for fluorescence and other kinds of pixels
 */
export async function openVsi(
  source: ByteSource,
  beside: FileFolder,
  stem: string,
  { codecs, makeShrinker }: SlideRuntime,
): Promise<Slide> {
  const { name: subject } = source;
  const opened: ByteSource[] = [];
  const closeFiles = async (): Promise<void> => {
    for (const file of opened.splice(0)) await file.close();
  };
  const folder = `_${stem}_`;
  try {
    const bytes = await wholeOf(source);
    const stacks = readStacks(readTagTree(bytes, subject), subject);
    await checkFolder(beside, folder, subject);
    const files: StackFile[] = [];
    const warnings: string[] = [];
    for (const stack of stacks.filter(({ role, isExternal }) => role !== 'other' && isExternal)) {
      const found = await openFile(beside, `${folder}/stack${stack.number}`, stack, subject);
      if (found === undefined) continue;
      opened.push(found.file);
      const own = underName(found.file, subject);
      files.push({ stack, source: own, header: await readEtsHeader(own, found.name, subject) });
      if (found.hasMore && stack.role === 'scan') {
        warnings.push(`${stack.name}: further files beside ${found.name}, which are not read`);
      }
    }
    const [scan, ...others] = bySize(files.filter(({ stack }) => stack.role === 'scan'));
    if (scan === undefined) throw noScan(stacks, subject);
    const { levels, ...said } = await openStack(scan, codecs);
    const { scale, scaleNote, magnification } = scan.stack;
    const hasThumbnail = viewOf(bytes).getUint32(4, true) !== 0;
    const slide: TiffSlide = {
      format: 'Olympus VSI',
      levels,
      scale: scale && scaleOfSides(scale.x, scale.y),
      micronsPerPixelFrom: scale && 'VSI tags',
      ...(scaleNote === undefined ? {} : { scaleNote }),
      objectivePower: magnification,
      notes: said.notes,
      warnings: [...otherScans(others), ...warnings, ...said.warnings],
      associated: associatedPages(source, hasThumbnail, files, codecs),
      // Read again rather than held as long as the slide is open.
      readProperties: async () =>
        vsiProperties(recordsOfStack(readTagTree(await wholeOf(source), subject), scan.stack.number), TAG_NAMES),
    };
    const close = async (): Promise<void> => {
      await closeFiles();
      await source.close();
    };
    return slideOfPages(slide, { source: { ...underName(source, subject), close }, makeShrinker });
  } catch (error) {
    await closeFiles();
    throw error;
  }
}

async function wholeOf(source: ByteSource): Promise<Uint8Array> {
  const { name: subject, size } = source;
  if (size > MAX_VSI_BYTES) throw damagedVsi(subject, `${size} bytes are too many for a .vsi`);
  const bytes = await source.read(0, size);
  if (isVsi(bytes)) return bytes;
  throw damagedVsi(subject, 'it does not begin as a .vsi: there are no tags behind its header');
}

async function checkFolder(beside: FileFolder, folder: string, subject: string): Promise<void> {
  const names = await beside.names();
  if (names?.includes(folder) === false) throw missingVsi(subject, `the folder ${folder}`);
}

/**
 * The only file of a stack, or the first of several.
 * @returns undefined for a picture beside the scans that is not there
 */
async function openFile(beside: FileFolder, folder: string, { role }: Stack, subject: string) {
  const [one, first] = [await beside.open(`${folder}/${FRAME}`), await beside.open(`${folder}/${FIRST_FRAME}`)];
  if (one !== undefined && first !== undefined) {
    await Promise.all([one.close(), first.close()]);
    throw damagedVsi(subject, `${folder} has ${FRAME} and ${FIRST_FRAME}, of which a stack has one`);
  }
  const file = one ?? first;
  if (file === undefined) {
    if (role !== 'scan') return undefined;
    throw missingVsi(subject, `${folder}/${FRAME}`);
  }
  const next = await beside.open(`${folder}/${NEXT_FRAME}`);
  await next?.close();
  return { file, name: `${folder}/${one === undefined ? FIRST_FRAME : FRAME}`, hasMore: next !== undefined };
}

const sizeOf = ({ stack, header }: StackFile): { readonly width: number; readonly height: number } =>
  header.size ?? stack.size ?? { width: 0, height: 0 };

/** Brightfield in colour before others, and the largest first. */
function bySize(files: readonly StackFile[]): readonly StackFile[] {
  const isColour = ({ header }: StackFile): number => (header.samples === 3 && header.bits === 8 ? 1 : 0);
  const area = (file: StackFile): number => sizeOf(file).width * sizeOf(file).height;
  return files.toSorted((a, b) => isColour(b) - isColour(a) || area(b) - area(a));
}

function otherScans(others: readonly StackFile[]): readonly string[] {
  if (others.length === 0) return [];
  const named = others.slice(0, NAMED).map((file) => {
    const { width, height } = sizeOf(file);
    return `"${file.stack.name}" of ${width} x ${height} pixels`;
  });
  const more = others.length > NAMED ? ' and others' : '';
  const what = others.length === 1 ? 'a further scan, which is' : `${others.length} further scans, which are`;
  return [`${what} not read: ${named.join(', ')}${more}`];
}

function noScan(stacks: readonly Stack[], subject: string): Error {
  if (stacks.length === 0) return damagedVsi(subject, 'its tags name no picture');
  if (!stacks.some(({ role }) => role === 'scan')) {
    return unsupportedVsi(subject, 'a VSI without a scan is not supported: it has a label, an overview or masks only');
  }
  return unsupportedVsi(subject, 'a VSI whose pixels lie in the .vsi itself, as of a camera, is not supported');
}

/** A file that is called by the name of its slide in messages. */
function underName(source: ByteSource, name: string): ByteSource {
  const { readRows, readPieces } = source;
  return {
    name,
    size: source.size,
    read: (offset, length, options) => source.read(offset, length, options),
    ...(readRows === undefined ? {} : { readRows: readRows.bind(source) }),
    ...(readPieces === undefined ? {} : { readPieces: readPieces.bind(source) }),
    close: () => source.close(),
  };
}
