/**
 * YCbCr samples outside JPEG: luma in small blocks with one pair of chroma values each. Source: TIFF 6.0, section 21; the
 * chroma of a block goes to all of its pixels, as libtiff does it.
 */
import type { TiffPage } from '../page.js';

/** Bytes of a block of width x height pixels. */
export function chromaBytes([across, down]: TiffPage['subsampling'], width: number, height: number): number {
  return Math.ceil(width / across) * Math.ceil(height / down) * (across * down + 2);
}

/** RGB, width x height x 3. */
export function chromaToRgb(page: TiffPage, data: Uint8Array, width: number, height: number): Uint8Array {
  const [across, down] = page.subsampling;
  const [lumaRed, lumaGreen, lumaBlue] = page.ycbcrCoefficients;
  // Codes to values: luma 0..255, chroma -127..127 (TIFF 6.0, section 20). A range of nothing states nothing.
  const range = (at: number, low: number, high: number, values: number): readonly [number, number] => {
    const [from = low, to = high] = page.referenceBlackWhite.slice(at, at + 2);
    return to > from ? [from, values / (to - from)] : [low, values / (high - low)];
  };
  const [black, lumaScale] = range(0, 0, 255, 255);
  const [zeroBlue, blueScale] = range(2, 128, 255, 127);
  const [zeroRed, redScale] = range(4, 128, 255, 127);
  const out = new Uint8ClampedArray(width * height * 3);
  const unit = across * down + 2;
  const units = Math.ceil(width / across);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const base = (Math.floor(y / down) * units + Math.floor(x / across)) * unit;
      const luma = ((data[base + (y % down) * across + (x % across)] as number) - black) * lumaScale;
      const blue = ((data[base + unit - 2] as number) - zeroBlue) * blueScale;
      const red = ((data[base + unit - 1] as number) - zeroRed) * redScale;
      const at = (y * width + x) * 3;
      const r = luma + red * (2 - 2 * lumaRed);
      const b = luma + blue * (2 - 2 * lumaBlue);
      out[at] = r;
      out[at + 1] = (luma - lumaRed * r - lumaBlue * b) / lumaGreen;
      out[at + 2] = b;
    }
  }
  return new Uint8Array(out.buffer);
}
