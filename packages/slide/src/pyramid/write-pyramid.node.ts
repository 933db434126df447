/**
 * Writes a slide as a tiled BigTIFF pyramid while it is being made: memory is two strips of tiles per level, whatever the
 * slide's size. QuPath, OpenSlide, libvips and `openSlide` read what comes out.
 */
import type { FileHandle } from 'node:fs/promises';
import { FtuError, pixelSize, type Raster, type Scale } from '@ftuseg/core';
import { writeAtomically } from '@ftuseg/files';
import { USUAL_QUALITY } from '../conversion/plan-levels.js';
import { chromaOf } from '../conversion/tile-form.js';
import { SlideError } from '../slide-error.js';
import { emptyTables, type StoredLevel } from './level-fields.js';
import { type LevelShape, LevelWriter, type Strip } from './level-writer.js';
import { TiffFile } from './tiff-file.node.js';
import { encodeTile, halveStrip, type TileEncoding } from './tile-encoder.node.js';

export interface PyramidOptions {
  readonly width: number;
  readonly height: number;
  /** 3: RGB. 1: grey, such as a mask or a probability. */
  readonly channels: 1 | 3;
  /** Labels keep their values in every level: they are never averaged, and never stored as JPEG. */
  readonly content?: 'picture' | 'labels' | undefined;
  /** Whether bands come from top to bottom (the default) or from left to right. */
  readonly order?: 'rows' | 'columns' | undefined;
  /** Stored as resolution tags; left out where unknown. */
  readonly micronsPerPixel?: Scale | undefined;
  /** Default: `jpeg` for pictures, `deflate` for labels. */
  readonly compression?: 'jpeg' | 'deflate' | undefined;
  /** Of JPEG, 1 to 100; default 85. */
  readonly quality?: number | undefined;
  /** A multiple of 16; default 256. */
  readonly tileSize?: number | undefined;
  /** Stored as the image's description. */
  readonly description?: string | undefined;
  /** ICC profile of the colours, which are stored as they come. */
  readonly iccProfile?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Tiles that are compressed at one time. */
const UNDER_WAY = 16;

interface WrittenLevel {
  readonly level: LevelWriter;
  readonly stored: StoredLevel;
}

class PyramidFile {
  readonly #file: TiffFile;
  readonly #encoding: TileEncoding;
  readonly #content: 'picture' | 'labels';
  readonly #levels: readonly WrittenLevel[];
  readonly #options: PyramidOptions;
  /** The strips before, while they are compressed and written. */
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle, options: PyramidOptions, encoding: TileEncoding) {
    this.#file = new TiffFile(file);
    this.#options = options;
    this.#encoding = encoding;
    this.#content = options.content ?? 'picture';
    this.#levels = levelShapes(options, encoding).map((shape, number) => ({
      level: new LevelWriter(shape),
      stored: storedLevel(shape, number, encoding),
    }));
  }

  get taken(): number {
    return this.#levels[0]?.level.taken ?? 0;
  }

  /** Takes a band into a level, and what it completes into the levels below. */
  async push(band: Raster, number = 0): Promise<void> {
    const target = this.#levels[number];
    if (target === undefined) return;
    for (const strip of target.level.push(band)) {
      // One strip is compressed while the next is filled.
      await this.#writing;
      this.#writing = this.#writeStrip(target, strip);
      this.#writing.catch(() => undefined);
      if (number + 1 < this.#levels.length) await this.push(await halveStrip(strip.pixels, this.#content), number + 1);
    }
  }

  async #writeStrip({ level, stored }: WrittenLevel, strip: Strip): Promise<void> {
    const { order, width, height, tileSize } = level.shape;
    const [across, down] = [Math.ceil(width / tileSize), Math.ceil(height / tileSize)];
    const tiles = order === 'rows' ? across : down;
    for (let first = 0; first < tiles; first += UNDER_WAY) {
      const encoded = await Promise.all(
        Array.from({ length: Math.min(UNDER_WAY, tiles - first) }, (_, i) =>
          encodeTile(strip, first + i, level.shape, this.#encoding),
        ),
      );
      await this.#file.append(stored, encoded, (i) =>
        order === 'rows' ? strip.index * across + first + i : (first + i) * across + strip.index,
      );
    }
  }

  /** Writes the directories, and the header that leads to them. */
  async finish(): Promise<void> {
    await this.#writing;
    const { micronsPerPixel, description, iccProfile: profile } = this.#options;
    const levels = this.#levels.map(({ stored }) => stored);
    await this.#file.finish(levels, { micronsPerPixel, description, profile });
  }
}

const storedLevel = (
  { width, height }: LevelShape,
  number: number,
  { compression, quality, predictor, channels, tileSize }: TileEncoding,
): StoredLevel => ({
  width,
  height,
  blockWidth: tileSize,
  blockHeight: tileSize,
  form: { codec: compression, colours: coloursOf(compression, channels), subsampling: chromaOf(quality) },
  predictor,
  downsample: 2 ** number,
  ...emptyTables(Math.ceil(width / tileSize) * Math.ceil(height / tileSize)),
});

const coloursOf = (compression: TileEncoding['compression'], channels: 1 | 3): StoredLevel['form']['colours'] =>
  channels === 1 ? 'grey' : compression === 'jpeg' ? 'ycbcr' : 'rgb';

/** Each level half of the one above, down to the first that fits one tile. */
function levelShapes(options: PyramidOptions, { channels, tileSize }: TileEncoding): LevelShape[] {
  const shapes: LevelShape[] = [];
  let { width, height } = options;
  for (;;) {
    shapes.push({ width, height, channels, tileSize, order: options.order ?? 'rows' });
    if (width <= tileSize && height <= tileSize) return shapes;
    [width, height] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  }
}

function checkOptions(options: PyramidOptions): TileEncoding {
  const {
    width,
    height,
    channels,
    content = 'picture',
    micronsPerPixel,
    quality = USUAL_QUALITY,
    tileSize = 256,
  } = options;
  const fail = (problem: string): never => {
    throw new FtuError('bad-input', problem);
  };
  for (const side of [width, height]) {
    if (!(Number.isSafeInteger(side) && side >= 1 && side < 2 ** 31))
      fail(`a slide of ${width} x ${height} is impossible`);
  }
  if (!(Number.isSafeInteger(tileSize) && tileSize >= 16 && tileSize <= 4096 && tileSize % 16 === 0)) {
    fail(`the tile size must be a multiple of 16 up to 4096, not ${tileSize}`);
  }
  if (!(Number.isSafeInteger(quality) && quality >= 1 && quality <= 100)) {
    fail(`the quality must be a whole number from 1 to 100, not ${quality}`);
  }
  for (const side of micronsPerPixel === undefined ? [] : Object.values(pixelSize(micronsPerPixel))) {
    if (!(side > 0.003 && side < 1e6)) fail(`micrometres per pixel must lie between 0.003 and 1000000, not ${side}`);
  }
  const compression = options.compression ?? (content === 'labels' ? 'deflate' : 'jpeg');
  if (content === 'labels' && compression === 'jpeg') fail('JPEG changes label values: write labels with Deflate');
  return { compression, quality, predictor: compression === 'deflate' && content === 'picture', channels, tileSize };
}

/**
 * Writes a BigTIFF pyramid from bands; the file appears under its name when it is whole, or not at all.
 *
 * @param bands new ones each time, since they are compressed while the next are made; 8-bit, `options.channels` channels, as wide as the slide (as high, where `order` is `columns`), of any thickness
 * @throws FtuError `bad-input` for impossible options; SlideError `bad-input` for bands that do not make up the slide; `io`;
 *   `cancelled` after `signal`; whatever `bands` throws
 * @example
 * await writePyramid('copy.tif', { width: slide.width, height: slide.height, channels: 3 }, bandsOf(slide));
 */
export async function writePyramid(
  path: string,
  options: PyramidOptions,
  bands: AsyncIterable<Raster> | Iterable<Raster>,
): Promise<void> {
  const encoding = checkOptions(options);
  const { width, height, channels, order = 'rows', signal } = options;
  const length = order === 'rows' ? height : width;
  const wrong = (problem: string): SlideError => new SlideError('bad-input', problem, { subject: path });
  await writeAtomically(path, async (file) => {
    const pyramid = new PyramidFile(file, options, encoding);
    for await (const band of bands) {
      if (signal?.aborted) throw new FtuError('cancelled', 'stopped while writing a slide', { subject: path });
      const fits = order === 'rows' ? band.width === width : band.height === height;
      const thickness = order === 'rows' ? band.height : band.width;
      if (!fits || band.channels !== channels || pyramid.taken + thickness > length) {
        throw wrong(
          `a band of ${band.width} x ${band.height} x ${band.channels} does not fit a slide of ${width} x ${height} x ${channels} after ${pyramid.taken}`,
        );
      }
      await pyramid.push(band);
    }
    if (pyramid.taken < length) throw wrong(`the bands end after ${pyramid.taken} of ${length} ${order}`);
    await pyramid.finish();
  });
}
