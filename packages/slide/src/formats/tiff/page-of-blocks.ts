/** A page whose blocks are pixels that somebody makes: put together from pieces, or drawn by a library. */
import { none } from '../../codecs/none.js';
import { type BlockPlace, PLAIN_SAMPLES, type TiffPage } from './page.js';

export interface PageOfBlocks {
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** For people: how the pixels lie in the file. */
  readonly compression: string;
  /**
   * RGB of a block: `blockWidth` x `blockHeight` pixels, also at the edges.
   * @param index from left to right, then down
   */
  read(index: number, column: number, row: number, signal: AbortSignal | undefined): Promise<Uint8Array>;
}

export function pageOfBlocks(page: PageOfBlocks): TiffPage {
  const { name, width, height, blockWidth, blockHeight, compression } = page;
  const [across, down] = [Math.ceil(width / blockWidth), Math.ceil(height / blockHeight)];
  const locate = async (index: number): Promise<BlockPlace> => ({
    offset: 0,
    bytes: blockWidth * blockHeight * 3,
    read: (signal) => page.read(index, index % across, Math.floor(index / across), signal),
  });
  return {
    ...PLAIN_SAMPLES,
    name,
    width,
    height,
    blocks: 'tiles',
    blockWidth,
    blockHeight,
    across,
    down,
    index: { length: across * down, locate },
    // What is read is decoded.
    codec: none,
    compression,
    photometric: 'rgb',
    samples: 3,
    bits: 8,
    usedBits: 8,
    blank: 255,
    planar: false,
    littleEndian: true,
  };
}
