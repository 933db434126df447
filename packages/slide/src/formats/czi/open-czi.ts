/** A CZI as a slide: sub-blocks of all scenes on one white canvas, level by level. */
import { scaleOfSides } from '@ftuseg/core';
import type { Codec } from '../../codecs/codec.js';
import type { ByteSource } from '../../source/byte-source.js';
import { refuseBomb } from '../decoded-size.js';
import { indexTiles } from '../placed/tile-index.js';
import type { TiffLevel, TiffSlide } from '../tiff/page.js';
import { refuseUnstatedRange } from '../tiff/pixels/value-range.js';
import { associatedPictures } from './attachments.js';
import { blockPages } from './block-pages.js';
import { uncovered } from './coverage.js';
import { readDirectory } from './directory.js';
import { type CziLevel, findLevels } from './levels.js';
import { type CziMetadata, readMetadata } from './metadata.js';
import { pickPlane } from './pick-plane.js';
import { placeBlocks } from './place-blocks.js';
import { cziProperties } from './properties.js';
import { damagedCzi, openCziFile } from './segments.js';
import { pixelTypeOf } from './sub-block-codec.js';

const WHITE = [255, 255, 255] as const;
/** Of the canvas, pixels: a glass of 75 mm at 0.05 micrometres, and more. */
const MAX_SIDE = 1 << 21;

/** The canvas in the coordinates of the file. */
interface Canvas {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** @throws {SlideError} `bad-input` for what is damaged or contradicts itself, `unsupported` for fluorescence and other kinds of pixels */
export async function openCzi(source: ByteSource, codecs: readonly Codec[]): Promise<TiffSlide> {
  const { name: subject } = source;
  const file = await openCziFile(source);
  const metadata = await readMetadata(file);
  const plane = pickPlane(await readDirectory(source, file.directory), metadata, subject);
  for (const block of plane.blocks) pixelTypeOf(block, subject);
  const { levels: found, unclear } = findLevels(plane.blocks, subject);
  const [full, ...reduced] = found;
  const canvas = canvasOf(full, subject);
  const pixels = plane.blocks.reduce((sum, block) => sum + bytesOf(block, subject), 0);
  refuseBomb('', pixels, source);
  const missing = reduced.map((level) => ({ level, count: uncovered(full, level) }));
  const whole = [full, ...missing.filter(({ count }) => count === 0).map(({ level }) => level)];
  const options = { source, codecs, usedBits: usedBits(metadata) };
  const [base, ...levels] = whole.map((level, i) => levelOf(level, full, canvas, { ...options, name: `level ${i}` }));
  if (base === undefined) throw damagedCzi(subject, 'it has no level');
  const hasScale = metadata.micronsX !== undefined && metadata.micronsY !== undefined;
  const slide: TiffSlide = {
    format: 'Zeiss CZI',
    levels: [base, ...levels],
    scale: hasScale ? scaleOfSides(metadata.micronsX, metadata.micronsY) : undefined,
    micronsPerPixelFrom: hasScale ? 'CZI metadata' : undefined,
    objectivePower: metadata.objectivePower,
    notes: [
      ...(plane.scenes > 1 ? [`${plane.scenes} scenes on one canvas, white between them`] : []),
      ...plane.notes,
      ...missing.flatMap(({ level, count }) => (count === 0 ? [] : [missingNote(level, full, count)])),
      ...(unclear > 0
        ? [`${unclear} reduced sub-blocks of too few pixels to tell their level, which are not used`]
        : []),
      ...sizeNotes(metadata, canvas),
      ...(file.isPending ? ['a mark that its writer did not end'] : []),
    ],
    associated: await associatedPictures(file, codecs),
    readProperties: () => cziProperties(file),
  };
  await refuseDark(slide, source);
  return slide;
}

const missingNote = ({ downsample }: CziLevel, { blocks }: CziLevel, count: number): string =>
  `a level of downsample ${downsample} that lacks ${count} of ${blocks.length} sub-blocks, which is not used`;

function bytesOf({ x, y, ...block }: CziLevel['blocks'][number], subject: string): number {
  const { samples, bits } = pixelTypeOf({ x, y, ...block }, subject);
  return x.stored * y.stored * samples * (bits / 8);
}

const usedBits = ({ bits }: CziMetadata): number =>
  bits !== undefined && bits > 8 && bits < 16 ? Math.round(bits) : 16;

function sizeNotes({ width, height }: CziMetadata, canvas: Canvas): readonly string[] {
  if (width === undefined || height === undefined || (width === canvas.width && height === canvas.height)) return [];
  return [
    `metadata that state ${width} x ${height} pixels, where its sub-blocks lie in ${canvas.width} x ${canvas.height}`,
  ];
}

function canvasOf({ blocks }: CziLevel, subject: string): Canvas {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -Infinity, -Infinity];
  for (const { x, y } of blocks) {
    left = Math.min(left, x.start);
    top = Math.min(top, y.start);
    right = Math.max(right, x.start + x.size);
    bottom = Math.max(bottom, y.start + y.size);
  }
  const [width, height] = [right - left, bottom - top];
  if (width <= MAX_SIDE && height <= MAX_SIDE) return { left, top, width, height };
  throw damagedCzi(subject, `its sub-blocks lie in ${width} x ${height} pixels, which is impossible`);
}

function levelOf(
  level: CziLevel,
  full: CziLevel,
  canvas: Canvas,
  options: Parameters<typeof blockPages>[1],
): TiffLevel {
  const { downsample, blocks } = level;
  const { pages, tiles } = blockPages(blocks, options);
  const placed = placeBlocks(level, tiles, full, canvas);
  const [page] = pages;
  if (page === undefined) throw new RangeError('a level without sub-blocks');
  const right = placed.reduce((most, { at, width }) => Math.max(most, at.x + width), 1);
  const bottom = placed.reduce((most, { at, height }) => Math.max(most, at.y + height), 1);
  return {
    width: between(right, canvas.width / downsample),
    height: between(bottom, canvas.height / downsample),
    downsample,
    pages: [page],
    placed: { background: WHITE, pages, tilesIn: indexTiles(placed) },
  };
}

/** A side of a level is that of the canvas divided, rounded to where the sub-blocks end: neither are pixels lost nor is a white line at the border. */
const between = (end: number, exact: number): number =>
  Math.max(1, Math.min(Math.max(end, Math.floor(exact)), Math.ceil(exact)));

/** Samples of 16 bits that use fewer would be black: the largest page of the coarsest level is looked at. */
async function refuseDark(slide: TiffSlide, source: ByteSource): Promise<void> {
  const [page] = (slide.levels.at(-1) ?? slide.levels[0]).pages;
  const { width, height } = page;
  await refuseUnstatedRange({ ...slide, levels: [{ width, height, downsample: 1, pages: [page] }] }, { source });
}
