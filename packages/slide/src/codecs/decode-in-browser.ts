/// <reference lib="dom" />
/** A complete picture to grey or RGB by the browser's own decoder, without colour management. */

export interface EncodedPicture {
  /** Such as `image/jpeg`. */
  readonly type: string;
  /** Pixels that are wanted; the picture is as wide, and may be higher. */
  readonly width: number;
  readonly height: number;
  readonly samples: number;
}

/**
 * @returns width x height x samples
 * @throws {Error} for what the browser does not decode, and for a picture of another size
 */
export async function decodeInBrowser(stream: Uint8Array, wanted: EncodedPicture): Promise<Uint8Array> {
  const { type, width, height, samples } = wanted;
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
