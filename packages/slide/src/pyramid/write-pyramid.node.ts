/**
 * Writes a slide as a tiled BigTIFF pyramid while it is being made: memory is two strips of tiles per level, whatever the
 * slide's size. QuPath, OpenSlide, libvips and `openSlide` read what comes out.
 */
import type { FileHandle } from 'node:fs/promises';
import { FtuError, type Raster } from '@ftuseg/core';
import { writeAtomically } from '@ftuseg/files';
import { SlideError } from '../slide-error.js';
import type { StoredLevel } from './level-fields.js';
import { LevelWriter, type Strip } from './level-writer.js';
import { encodingOf, levelShapes, type PyramidOptions, storedLevel } from './pyramid-plan.node.js';
import { TiffFile } from './tiff-file.node.js';
import { encodeTile, halveStrip, type TileEncoding } from './tile-encoder.node.js';

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
    const isRows = order === 'rows';
    await this.#file.appendEncoded(
      stored,
      isRows ? across : down,
      (i) => encodeTile(strip, i, level.shape, this.#encoding),
      (i) => (isRows ? strip.index * across + i : i * across + strip.index),
    );
  }

  /** Writes the directories, and the header that leads to them. */
  async finish(): Promise<void> {
    await this.#writing;
    const { micronsPerPixel, description, iccProfile: profile } = this.#options;
    const levels = this.#levels.map(({ stored }) => stored);
    await this.#file.finish(levels, { micronsPerPixel, description, profile });
  }
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
  const encoding = encodingOf(options);
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
