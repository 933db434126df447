/** What a pyramid will be, before any of its pixels are known: its levels, and how their tiles are stored. */
import { FtuError, pixelSize, type Scale } from '@ftuseg/core';
import { USUAL_QUALITY } from '../conversion/plan-levels.js';
import { chromaOf } from '../conversion/tile-form.js';
import { emptyTables, type StoredLevel } from './level-fields.js';
import type { LevelShape } from './level-writer.js';
import type { TileEncoding } from './tile-encoder.node.js';

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

export const storedLevel = (
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
export function levelShapes(options: PyramidOptions, { channels, tileSize }: TileEncoding): LevelShape[] {
  const shapes: LevelShape[] = [];
  let { width, height } = options;
  for (;;) {
    shapes.push({ width, height, channels, tileSize, order: options.order ?? 'rows' });
    if (width <= tileSize && height <= tileSize) return shapes;
    [width, height] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  }
}

/** @throws {FtuError} `bad-input` for impossible options */
export function encodingOf(options: PyramidOptions): TileEncoding {
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
