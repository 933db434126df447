/** A mask as a pyramid, straight from its runs: most tiles of a mask are background, and none of those is ever painted. */
import { FtuError, halveRuns, paintRuns, type RunMask } from '@ftuseg/core';
import { writeAtomically } from '@ftuseg/files';
import type { StoredLevel } from './level-fields.js';
import type { LevelShape } from './level-writer.js';
import { encodingOf, levelShapes, type PyramidOptions, storedLevel } from './pyramid-plan.node.js';
import { TiffFile } from './tiff-file.node.js';
import { encodeTile, type TileEncoding, uniformTile } from './tile-encoder.node.js';

export interface MaskPyramidOptions extends Pick<PyramidOptions, 'micronsPerPixel' | 'tileSize' | 'signal'> {
  /** Pixel value of a label, 0 to 255; default: the label. Background is 0. */
  readonly valueFor?: ((label: number) => number) | undefined;
}

/** `valueFor` of the masks that people are given: 255 for one class, label values for several. */
export const maskValues = (classes: readonly unknown[]): MaskPyramidOptions['valueFor'] =>
  classes.length === 1 ? () => 255 : undefined;

/** One level: the mask at its size. */
interface MaskLevel {
  readonly mask: RunMask;
  readonly shape: LevelShape;
  readonly stored: StoredLevel;
}

/** Which tiles of a column of tiles have a run in them, from the top. */
function tilesWithRuns({ mask, shape: { tileSize, height } }: MaskLevel, column: number): boolean[] {
  const has = Array<boolean>(Math.ceil(height / tileSize)).fill(false);
  const last = Math.min((column + 1) * tileSize, mask.width);
  const end = mask.columns[last] as number;
  for (let i = mask.columns[column * tileSize] as number; i < end; i++) {
    const below = Math.ceil((mask.ends[i] as number) / tileSize);
    for (let tile = Math.floor((mask.starts[i] as number) / tileSize); tile < below; tile++) has[tile] = true;
  }
  return has;
}

class MaskPyramid {
  /** Memory of tiles that are written. */
  readonly #free: Uint8Array[] = [];

  constructor(
    private readonly file: TiffFile,
    private readonly levels: readonly MaskLevel[],
    private readonly encoding: TileEncoding,
    private readonly valueFor: MaskPyramidOptions['valueFor'],
  ) {}

  /** Writes a column of tiles, and those of smaller levels that end with it: the order in which `writePyramid` has them. */
  async write(number: number, column: number): Promise<void> {
    const level = this.levels[number];
    if (level === undefined) return;
    const { tileSize, width } = level.shape;
    const across = Math.ceil(width / tileSize);
    const has = tilesWithRuns(level, column);
    await this.file.appendEncoded(
      level.stored,
      has.length,
      (row) => (has[row] ? this.#paint(level, column, row) : uniformTile(0, this.encoding)),
      (row) => row * across + column,
    );
    if (column % 2 === 1 || column === across - 1) await this.write(number + 1, column >> 1);
  }

  async #paint({ mask, shape }: MaskLevel, column: number, row: number): Promise<Uint8Array> {
    const { tileSize } = shape;
    const [x, y] = [column * tileSize, row * tileSize];
    const area = { x, y, width: Math.min(tileSize, mask.width - x), height: Math.min(tileSize, mask.height - y) };
    const isWhole = area.width === tileSize && area.height === tileSize;
    const pixels = paintRuns(mask, area, this.valueFor, isWhole ? this.#free.pop() : undefined);
    const encoded = await encodeTile({ index: 0, pixels }, 0, shape, this.encoding);
    if (isWhole) this.#free.push(pixels.data);
    return encoded;
  }
}

/**
 * Writes a mask as a BigTIFF pyramid of labels with Deflate: the file that `writePyramid` makes of the same pixels in columns, in a time that goes with
 * what is in the mask. It appears under its name when it is whole, or not at all.
 *
 * @throws {FtuError} `bad-input` for impossible options; `io`; `cancelled` after `signal`
 * @example
 * await writeMaskPyramid('mask.tif', mask, { micronsPerPixel: 0.25, valueFor: () => 255 });
 */
export async function writeMaskPyramid(
  path: string,
  mask: RunMask,
  { valueFor, signal, ...given }: MaskPyramidOptions = {},
): Promise<void> {
  const { width, height } = mask;
  const options = { ...given, width, height, channels: 1, content: 'labels', order: 'columns' } as const;
  const encoding = encodingOf(options);
  let at = mask;
  const levels = levelShapes(options, encoding).map((shape, number) => {
    if (number > 0) at = halveRuns(at);
    return { mask: at, shape, stored: storedLevel(shape, number, encoding) };
  });
  await writeAtomically(path, async (file) => {
    const tiff = new TiffFile(file);
    const pyramid = new MaskPyramid(tiff, levels, encoding, valueFor);
    for (let column = 0; column * encoding.tileSize < width; column++) {
      if (signal?.aborted) throw new FtuError('cancelled', 'stopped while writing a mask', { subject: path });
      await pyramid.write(0, column);
    }
    await tiff.finish(
      levels.map(({ stored }) => stored),
      { micronsPerPixel: given.micronsPerPixel },
    );
  });
}
