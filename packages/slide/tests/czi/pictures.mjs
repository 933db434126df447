/** Pictures of known samples for CZIs and JPEG XR files: smooth, so that they compress, and unlike in every channel, so that an exchange of colours shows. */

/** Samples of a pixel at a place, 0 to 65535. */
const sample = (x, y, c, number) => (x * 517 + y * 331 * (c + 1) + c * 20_011 + number * 9_973) & 0xffff;

/**
 * @param number of the picture: no two are alike
 * @returns interleaved samples; of 16 bits two bytes each, the low one first
 */
export function samplesOf(width, height, samples, bits, number = 0) {
  const data = new Uint8Array(width * height * samples * (bits / 8));
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < samples; c++) {
        const value = sample(x, y, c, number);
        if (bits === 16) data[at++] = value & 255;
        data[at++] = value >> 8;
      }
    }
  }
  return { width, height, samples, bits, data };
}

/** What a reader must show of samples: RGB of 8 bits, the high byte of 16. */
export function shownOf({ width, height, samples, bits, data }) {
  const out = new Uint8Array(width * height * 3);
  const size = bits / 8;
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) out[3 * i + c] = data[(i * samples + (samples === 3 ? c : 0)) * size + size - 1];
  }
  return { width, height, channels: 3, data: out };
}
