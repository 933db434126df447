/**
 * A slide that OpenSlide draws, block by block: whatever it gives goes through the caches, the shrinking and the limits of memory that every slide has.
 * openslide.org/api/openslide_8h.html has its functions and properties.
 */
import { FtuError, type Rect, scaleOfSides } from '@ftuseg/core';
import { nodeShrinker } from '../../shrink/native-shrinker.node.js';
import type { Slide } from '../../slide.js';
import { SlideError } from '../../slide-error.js';
import type { ByteSource } from '../../source/byte-source.js';
import type { KnownFormat } from '../known/known-formats.js';
import { boundsWithin } from '../placed/bounds-within.js';
import { type PlacedTile, readPlaced, type Window } from '../placed/placed-tiles.js';
import type { TiffLevel, TiffPage } from '../tiff/page.js';
import { pageOfBlocks } from '../tiff/page-of-blocks.js';
import { slideOfPages } from '../tiff/pages-slide.js';
import { downsampleOf, isReduced } from '../tiff/structure/levels.js';
import { type LibrarySlide, type OpenSlideLibrary, openSlideLibrary } from './library.node.js';

/** Pixels a side of a block, and of what is drawn at once. */
const SIDE = 512;
const MAX_PART = 1024;
/** Of a picture beside the slide: what the addon takes. */
const MAX_SIDE = 1 << 16;
const WHITE = [255, 255, 255] as const;

interface Drawing {
  readonly library: OpenSlideLibrary;
  readonly opened: LibrarySlide;
  readonly subject: string;
  /** Under what is transparent: red, green, blue. */
  readonly background: readonly [number, number, number];
}

/**
 * @param format what it is, for the slide's info and for messages
 * @returns undefined where the machine has no OpenSlide
 * @throws {SlideError} `unsupported` for what OpenSlide does not know, `bad-input` for what it says of damage
 */
export async function openWithOpenSlide(path: string, format: KnownFormat): Promise<Slide | undefined> {
  const library = openSlideLibrary();
  if (typeof library === 'string') return undefined;
  const opened = await said(library, path, library.addon.open(path));
  if (opened === undefined) {
    throw new SlideError('unsupported', `OpenSlide ${library.version} does not know this ${format.name} file`, {
      subject: path,
      hint: `OpenSlide ${format.openSlide} or later and all files of the slide are needed; or ${format.hint}`,
    });
  }
  const close = (): Promise<void> => library.addon.close(opened.slide);
  try {
    return describe({ library, opened, subject: path, background: backgroundOf(opened) ?? WHITE }, format.name, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** What the library says of a failure, as our error. */
const said = <T>({ version }: OpenSlideLibrary, subject: string, work: Promise<T>): Promise<T> =>
  work.catch((cause: unknown) => {
    const problem = (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, ' ');
    throw new SlideError('bad-input', `OpenSlide ${version} cannot read it: ${problem}`, { subject, cause });
  });

function describe(drawing: Drawing, format: string, close: () => Promise<void>): Slide {
  const { library, opened, subject } = drawing;
  const { levels, left } = levelsOf(drawing);
  const [base, ...coarser] = levels;
  if (base === undefined) throw new SlideError('bad-input', 'OpenSlide finds no level in it', { subject });
  const [x, y] = [numberOf(opened, 'openslide.mpp-x'), numberOf(opened, 'openslide.mpp-y')];
  const source: ByteSource = { name: subject, path: subject, size: 0, read: async () => new Uint8Array(), close };
  const under = backgroundOf(opened) === undefined ? 'white, since it states no colour' : "the slide's own colour";
  const hex = drawing.background.map((value) => value.toString(16).padStart(2, '0')).join('');
  return slideOfPages(
    {
      format,
      levels: [base, ...coarser],
      bounds: boundsOf(opened, base),
      scale: x === undefined || y === undefined ? undefined : scaleOfSides(x, y),
      micronsPerPixelFrom: x === undefined || y === undefined ? undefined : 'OpenSlide',
      objectivePower: numberOf(opened, 'openslide.objective-power'),
      notes: [
        `read by OpenSlide ${library.version}, not by ftuseg's own reader`,
        `what is transparent is shown over #${hex}: ${under}`,
        ...(left > 0 ? [`levels that are no smaller picture of the slide, and not used: ${left}`] : []),
      ],
      associated: associatedOf(drawing),
      readProperties: async () => vendorProperties(opened),
    },
    { source, makeShrinker: nodeShrinker },
  );
}

/** From fine to coarse, each a smaller picture of the whole. */
function levelsOf(drawing: Drawing): { readonly levels: TiffLevel[]; readonly left: number } {
  const stated = drawing.opened.levels;
  const full = { width: stated[0] ?? 0, height: stated[1] ?? 0 };
  const levels: TiffLevel[] = [];
  for (let number = 0; number < stated.length / 3; number++) {
    const [width = 0, height = 0, downsample = 0] = stated.subarray(3 * number);
    const above = levels.at(-1);
    const fits = number === 0 ? width >= 1 && height >= 1 : isReduced(full, { width, height });
    if (!fits || (above !== undefined && width >= above.width)) continue;
    const read = partReader(drawing, number, downsample);
    const page = pageOfBlocks({
      name: `level ${number}`,
      width,
      height,
      blockWidth: SIDE,
      blockHeight: SIDE,
      compression: 'decoded by OpenSlide',
      read: (_, column, row, signal) => read({ x: column * SIDE, y: row * SIDE, width: SIDE, height: SIDE }, signal),
    });
    levels.push({
      width,
      height,
      downsample: downsampleOf(full, { width, height }),
      pages: [page],
      // The library interpolates where a place is no whole pixel of the level: there, blocks make sure that every window shows the same.
      ...(Number.isInteger(downsample) ? { draw: (window, signal) => drawWindow(window, read, signal) } : {}),
    });
  }
  return { levels, left: stated.length / 3 - levels.length };
}

type ReadPart = (part: Window, signal: AbortSignal | undefined) => Promise<Uint8Array>;

/** RGB of a part of a level, which may pass its edges. */
function partReader({ library, opened, subject, background }: Drawing, level: number, downsample: number): ReadPart {
  return async ({ x, y, width, height }, signal) => {
    if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject });
    const out = new Uint8Array(width * height * 3);
    // The library takes whole pixels of level 0, and divides them by its own downsample.
    const [left, top] = [Math.round(x * downsample), Math.round(y * downsample)];
    const numbers = Float64Array.of(left, top, level, width, height, ...background);
    await said(library, subject, library.addon.readRegion(opened.slide, out, numbers));
    return out;
  };
}

/** A window in parts of limited size, of which a few are drawn at one time. */
function drawWindow(window: Window, read: ReadPart, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const { width, height } = window;
  if (width <= MAX_PART && height <= MAX_PART) return read(window, signal);
  const parts: PlacedTile<undefined>[] = [];
  for (let y = 0; y < height; y += MAX_PART) {
    for (let x = 0; x < width; x += MAX_PART) {
      const at = { x: window.x + x, y: window.y + y };
      const size = { width: Math.min(MAX_PART, width - x), height: Math.min(MAX_PART, height - y) };
      parts.push({ page: undefined, from: at, at, ...size });
    }
  }
  return readPlaced({ background: WHITE, tilesIn: () => parts }, window, (_, part) => read(part, signal));
}

function associatedOf({ library, opened, subject, background }: Drawing): Map<string, () => Promise<TiffPage>> {
  const pages = new Map<string, () => Promise<TiffPage>>();
  for (const [i, name] of opened.associated.entries()) {
    const [width = 0, height = 0] = opened.sizes.subarray(2 * i);
    if (Math.min(width, height) < 1 || Math.max(width, height) > MAX_SIDE) continue;
    const read = async (): Promise<Uint8Array> => {
      const out = new Uint8Array(width * height * 3);
      const numbers = Float64Array.of(width, height, ...background);
      await said(library, subject, library.addon.readAssociated(opened.slide, name, out, numbers));
      return out;
    };
    const options = { name, width, height, blockWidth: width, blockHeight: height, read };
    pages.set(name, async () => pageOfBlocks({ ...options, compression: 'decoded by OpenSlide' }));
  }
  return pages;
}

/** All but those that OpenSlide adds of its own. */
function vendorProperties({ properties }: LibrarySlide): [string, string][] {
  const found: [string, string][] = [];
  for (let i = 0; i < properties.length; i += 2) {
    const [name, value] = [properties[i], properties[i + 1]];
    if (name === undefined || value === undefined || name.startsWith('openslide.')) continue;
    found.push([name, value]);
  }
  return found;
}

function propertyOf({ properties }: LibrarySlide, name: string): string | undefined {
  for (let i = 0; i < properties.length; i += 2) if (properties[i] === name) return properties[i + 1];
  return undefined;
}

function numberOf(opened: LibrarySlide, name: string): number | undefined {
  const value = Number(propertyOf(opened, name));
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function boundsOf(opened: LibrarySlide, canvas: TiffLevel): Rect | undefined {
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((side) => {
    const text = propertyOf(opened, `openslide.bounds-${side}`);
    return text === undefined ? Number.NaN : Number(text);
  });
  if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined;
  return Number.isFinite(x + y + width + height) ? boundsWithin([{ x, y, width, height }], canvas) : undefined;
}

/** Six hexadecimal digits: red, green, blue. */
function backgroundOf(opened: LibrarySlide): readonly [number, number, number] | undefined {
  const found = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(
    propertyOf(opened, 'openslide.background-color') ?? '',
  );
  if (found === null) return undefined;
  return [
    Number.parseInt(found[1] ?? '', 16),
    Number.parseInt(found[2] ?? '', 16),
    Number.parseInt(found[3] ?? '', 16),
  ];
}
