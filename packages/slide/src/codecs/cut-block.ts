/**
 * Tiles that are cut at the slide's edge: some writers store no more of them than is inside the page, though TIFF wants them whole. Decoders get a block
 * of the size that is stored, and readers the whole one, of which they use no pixel beyond the edge.
 */
import type { EncodedBlock } from './codec.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * @param found what the stored picture says of itself
 * @returns the block as it is stored, no larger than the given one; undefined where the picture does not hold all that is inside the page
 */
export function storedBlock(block: EncodedBlock, found: Size): EncodedBlock | undefined {
  const { width, height, inside = block } = block;
  const isCut = found.width < width || found.height < height;
  if (!isCut) return block;
  const holdsAll = found.width >= Math.min(inside.width, width) && found.height >= Math.min(inside.height, height);
  if (!holdsAll || found.width > width) return undefined;
  const stored = { width: found.width, height: Math.min(found.height, height) };
  return { ...block, ...stored, bytes: (block.bytes / (width * height)) * stored.width * stored.height };
}

/** The whole block's samples, with nothing beyond those of the stored one. */
export function wholeBlock(samples: Uint8Array, stored: EncodedBlock, block: EncodedBlock): Uint8Array {
  if (stored.width === block.width && stored.height === block.height) return samples;
  const out = new Uint8Array(block.bytes);
  const [from, to] = [stored.bytes / stored.height, block.bytes / block.height];
  for (let y = 0; y < stored.height; y++) out.set(samples.subarray(y * from, (y + 1) * from), y * to);
  return out;
}
