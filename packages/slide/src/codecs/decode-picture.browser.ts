/// <reference lib="dom" />
/** Pictures inside blocks by the browser. */
import type { EncodedBlock } from './codec.js';

/** A complete picture to grey or RGB, without colour management. */
export async function decodePicture(stream: Uint8Array, block: EncodedBlock, type: string): Promise<Uint8Array> {
  const { width, height, samples } = block;
  const picture = await createImageBitmap(new Blob([stream.slice()], { type }), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
  });
  try {
    if (picture.width !== width || picture.height < height) {
      throw new Error(`it has ${picture.width} x ${picture.height} pixels, not ${width} x ${height}`);
    }
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('the browser gives no canvas to decode on');
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const out = new Uint8Array(width * height * samples);
    for (let from = 0, to = 0; to < out.length; from += 4) {
      for (let c = 0; c < samples; c++, to++) out[to] = data[from + c] as number;
    }
    return out;
  } finally {
    picture.close();
  }
}
