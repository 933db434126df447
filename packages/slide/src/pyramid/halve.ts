/** The step from one level of a pyramid to the next. */
import { type Raster, raster } from '@ftuseg/core';

/**
 * Half the size, rounded up; an odd last row or column stands for itself.
 * @param values `mean` for pictures (halves round up), `first` for labels, whose values must stay those of the image
 */
export function halve(image: Raster, values: 'mean' | 'first'): Raster {
  const { width, height, channels, data } = image;
  const [outWidth, outHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const out = new Uint8Array(outWidth * outHeight * channels);
  const stride = width * channels;
  if (values === 'first' && channels === 1) {
    // Masks are the largest rasters there are: where rows allow it, two pixels of the result come from one load.
    if (width % 4 === 0 && data.byteOffset % 4 === 0) {
      const words = new Uint32Array(data.buffer, data.byteOffset, (width * height) >> 2);
      const pairs = new Uint16Array(out.buffer);
      const rowWords = width >> 2;
      for (let y = 0, to = 0; y < outHeight; y++) {
        for (let i = 2 * y * rowWords, end = i + rowWords; i < end; i++) {
          const word = words[i] as number;
          pairs[to++] = (word & 0xff) | ((word >>> 8) & 0xff00);
        }
      }
      return raster(outWidth, outHeight, channels, out);
    }
    for (let y = 0, to = 0; y < outHeight; y++) {
      for (let x = 0, from = 2 * y * width; x < outWidth; x++, from += 2) out[to++] = data[from] as number;
    }
    return raster(outWidth, outHeight, channels, out);
  }
  for (let y = 0, to = 0; y < outHeight; y++) {
    const above = 2 * y * stride;
    const below = 2 * y + 1 < height ? above + stride : above;
    for (let x = 0; x < outWidth; x++) {
      const left = 2 * x * channels;
      const right = 2 * x + 1 < width ? left + channels : left;
      for (let c = 0; c < channels; c++, to++) {
        const first = data[above + left + c] as number;
        if (values === 'first') {
          out[to] = first;
          continue;
        }
        const others =
          (data[above + right + c] as number) +
          (data[below + left + c] as number) +
          (data[below + right + c] as number);
        out[to] = (first + others + 2) >> 2;
      }
    }
  }
  return raster(outWidth, outHeight, channels, out);
}
