/** Tiles at the edges of a level have their full size in DICOM. */
import { type Raster, raster } from '@ftuseg/core';

/** A picture filled up to a size by repeating its last pixels, which costs a JPEG least. */
export function filledTile(picture: Raster, width: number, height: number): Raster {
  if (picture.width === width && picture.height === height) return picture;
  const { channels, data } = picture;
  const out = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = Math.min(y, picture.height - 1) * picture.width * channels;
    const to = y * width * channels;
    out.set(data.subarray(from, from + picture.width * channels), to);
    for (let i = to + picture.width * channels; i < to + width * channels; i++) out[i] = out[i - channels] as number;
  }
  return raster(width, height, channels, out);
}
