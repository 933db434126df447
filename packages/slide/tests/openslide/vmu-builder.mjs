/**
 * Writes Hamamatsu VMU slides without any code of a reader. `slide.vmu` is a text of keys that names an image file and a smaller map of it. Both are NGR
 * files: a header, then columns of the picture from left to right, each of whose rows has three 16-bit numbers a pixel: red, green, blue, of which 12
 * bits are used. All numbers are little-endian. Source of the layout: openslide.org/formats/hamamatsu.
 */
const HEADER = 64;

/**
 * @param {{ width: number, height: number, data: Uint8Array }} picture RGB
 * @param {number} columnWidth divides the width
 */
export function encodeNgr({ width, height, data }, columnWidth = width) {
  const out = Buffer.alloc(HEADER + width * height * 6);
  out.write('GN');
  out.writeInt32LE(width, 4);
  out.writeInt32LE(height, 8);
  out.writeInt32LE(columnWidth, 12);
  out.writeInt32LE(HEADER, 24);
  let at = HEADER;
  for (let left = 0; left < width; left += columnWidth) {
    for (let y = 0; y < height; y++) {
      for (let x = left; x < left + columnWidth; x++) {
        for (let c = 0; c < 3; c++, at += 2) out.writeUInt16LE(data[(y * width + x) * 3 + c] << 4, at);
      }
    }
  }
  return Uint8Array.from(out);
}

/**
 * @param {object} options
 * @param {{ width: number, height: number, data: Uint8Array }} options.picture RGB
 * @param {{ width: number, height: number, data: Uint8Array }} options.map the same, smaller
 * @param {number} [options.columnWidth] of the picture; divides its width
 * @param {number} [options.micronsPerPixel]
 * @param {Uint8Array} [options.macro] a JPEG
 * @returns {Map<string, Uint8Array>} files by name
 */
export function buildVmu({ picture, map, columnWidth, micronsPerPixel = 0.5, macro }) {
  const nanometres = (pixels) => Math.round(pixels * micronsPerPixel * 1000);
  const lines = [
    '[Uncompressed Virtual Microscope Specimen]',
    'NoLayers=1',
    'ImageFile=slide.ngr',
    'MapFile=slide_map.ngr',
    ...(macro === undefined ? [] : ['MacroImage=slide_macro.jpg']),
    'BitsPerPixel=36',
    'PixelOrder=RGB',
    'SourceLens=20',
    `PhysicalWidth=${nanometres(picture.width)}`,
    `PhysicalHeight=${nanometres(picture.height)}`,
    '',
  ];
  return new Map([
    ['slide.vmu', new TextEncoder().encode(lines.join('\r\n'))],
    ['slide.ngr', encodeNgr(picture, columnWidth)],
    ['slide_map.ngr', encodeNgr(map)],
    ...(macro === undefined ? [] : [['slide_macro.jpg', macro]]),
  ]);
}
