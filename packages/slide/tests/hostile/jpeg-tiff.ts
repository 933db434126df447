/** A TIFF of JPEG tiles that may have any size and any marker. */
import { buildTiff } from './tiff-builder.mjs';

export interface JpegTiff {
  readonly blocks: readonly Uint8Array[];
  readonly size: readonly [width: number, height: number];
  readonly tile: readonly [width: number, height: number];
  /** Tag 262: 2 for RGB, 6 for YCbCr. */
  readonly photometric: 2 | 6;
  /** Tag 259. */
  readonly compression?: number;
}

export function jpegTiff({ blocks, size, tile, photometric, compression = 7 }: JpegTiff): Uint8Array {
  const short = (tag: number, ...values: number[]) => ({ tag, type: 3, values });
  const tags = [
    ...[short(256, size[0]), short(257, size[1]), short(258, 8, 8, 8), short(259, compression)],
    ...[short(262, photometric), short(277, 3), short(322, tile[0]), short(323, tile[1])],
    { tag: 324, type: 4, values: 'blocks' as const },
    { tag: 325, type: 4, values: blocks.map(({ length }) => length) },
  ];
  return buildTiff({ tags, blocks: [...blocks] });
}
