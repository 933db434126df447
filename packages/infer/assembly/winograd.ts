/**
 * Winograd's convolutions F(4 x 4, 3 x 3) and F(6 x 6, 3 x 3): sixteen pixels of the result take 36 multiplications for each pair of channels instead of
 * 144, and 36 pixels 64 instead of 324 (Lavin and Gray 2016, arXiv:1509.09308). Tiles of 6 x 6 or 8 x 8 pixels are transformed into 36 or 64 planes, each a
 * matrix of tiles x channels, which are multiplied with the transformed kernels and transformed back by `joinTiles`. The matrices are those of the points
 * 0, 1, -1, 2, -2 and infinity, and beside them of 1/2 and -1/2.
 *
 * With stride 2 the outer taps of a kernel meet every second pixel and the middle one those between them: F(4, 2) of five pixels (the points 0, 1, -1, 2 and
 * infinity), and four pixels as they are. So a tile of 9 x 9 pixels makes 81 planes for sixteen pixels of the result.
 *
 * `pixels` says which of the three: 6, 8 or 9 in a side of a tile. The compiler makes code for each of what is written once for all.
 */
import { between, sideOf } from './tiles';
import { splitEight, splitFive, splitFour, splitNine, splitSix } from './transforms';

/** Where the pixels of a tile begin. */
const addresses = memory.data(81 * 4, 16);

/**
 * Keeps where the pixels of a square begin.
 *
 * @param shift 1 for a map that is enlarged twice by repeating its pixels, `width` being its width then, else 0
 */
// @inline
function locate(
  pixels: i32,
  source: usize,
  pixelBytes: usize,
  height: i32,
  width: i32,
  shift: i32,
  top: i32,
  left: i32,
  zeros: usize,
): void {
  const rowBytes = usize(width >> shift) * pixelBytes;
  let to = addresses;
  for (let row = 0; row < pixels; row++) {
    const y = top + row;
    const isRow = y >= 0 && y < height;
    const start = source + usize(y >> shift) * rowBytes;
    for (let column = 0; column < pixels; column++) {
      const x = left + column;
      const inside = isRow && x >= 0 && x < width;
      store<usize>(to, inside ? start + usize(x >> shift) * pixelBytes : zeros);
      to += 4;
    }
  }
}

/** Four channels of the pixel at a place of a column, whose pixels lie `pitch` bytes from each other in `addresses`. */
// @inline
function pixelAt(column: usize, pitch: usize, row: usize, channel: usize): v128 {
  return v128.load(load<usize>(column + row * pitch) + channel);
}

/**
 * Writes tiles of a map, or of one that is enlarged twice by repeating its pixels.
 *
 * @param pixels in a side of a tile: 6, 8 or, with stride 2, 9
 * @param source pixels, `pixelBytes` each, `width >> shift` of them in a row
 * @param height of the convolution's map, as `width`; what lies beyond it is zero
 * @param top how far the first tile begins above the map, and `left` beside it
 * @param shift 1 for a map that is enlarged, else 0
 * @param first of the tiles, counted row by row
 * @param across tiles in a row
 * @param channelBytes of the source, a multiple of 16
 * @param planes where the first channel of the first tile goes, in the first plane
 * @param tilePitch bytes from tile to tile
 * @param planePitch bytes from plane to plane
 * @param zeros `channelBytes` of zeros
 */
export function splitTiles(
  pixels: i32,
  source: usize,
  pixelBytes: usize,
  height: i32,
  width: i32,
  top: i32,
  left: i32,
  shift: i32,
  first: i32,
  count: i32,
  across: i32,
  channelBytes: usize,
  planes: usize,
  tilePitch: usize,
  planePitch: usize,
  zeros: usize,
): void {
  const step = pixels === 9 ? 8 : sideOf(pixels);
  for (let tile = first; tile < first + count; tile++) {
    const y = (tile / across) * step - top;
    const x = (tile % across) * step - left;
    locate(pixels, source, pixelBytes, height, width, shift, y, x, zeros);
    if (pixels === 6) splitTile(6, channelBytes, planes, planePitch);
    else if (pixels === 8) splitTile(8, channelBytes, planes, planePitch);
    else splitTile(9, channelBytes, planes, planePitch);
    planes += tilePitch;
  }
}

// @inline
function splitTile(pixels: i32, channelBytes: usize, planes: usize, planePitch: usize): void {
  const inRow = usize(pixels);
  for (let channel: usize = 0; channel < channelBytes; channel += 16) {
    for (let column: usize = 0; column < inRow; column++) {
      const from = addresses + column * 4;
      const pitch = inRow * 4;
      const d0 = pixelAt(from, pitch, 0, channel);
      const d1 = pixelAt(from, pitch, 1, channel);
      const d2 = pixelAt(from, pitch, 2, channel);
      const d3 = pixelAt(from, pitch, 3, channel);
      const d4 = pixelAt(from, pitch, 4, channel);
      const d5 = pixelAt(from, pitch, 5, channel);
      const d6 = pixels > 6 ? pixelAt(from, pitch, 6, channel) : d5;
      const d7 = pixels > 6 ? pixelAt(from, pitch, 7, channel) : d5;
      const d8 = pixels > 8 ? pixelAt(from, pitch, 8, channel) : d5;
      split(pixels, between + column * 16, inRow * 16, d0, d1, d2, d3, d4, d5, d6, d7, d8);
    }
    let to = planes + channel;
    for (let row: usize = 0; row < inRow; row++) {
      const from = between + row * inRow * 16;
      const d0 = v128.load(from);
      const d1 = v128.load(from, 16);
      const d2 = v128.load(from, 32);
      const d3 = v128.load(from, 48);
      const d4 = v128.load(from, 64);
      const d5 = v128.load(from, 80);
      const d6 = pixels > 6 ? v128.load(from, 96) : d5;
      const d7 = pixels > 6 ? v128.load(from, 112) : d5;
      const d8 = pixels > 8 ? v128.load(from, 128) : d5;
      split(pixels, to, planePitch, d0, d1, d2, d3, d4, d5, d6, d7, d8);
      to += planePitch * inRow;
    }
  }
}

// @inline
function split(
  pixels: i32,
  to: usize,
  pitch: usize,
  d0: v128,
  d1: v128,
  d2: v128,
  d3: v128,
  d4: v128,
  d5: v128,
  d6: v128,
  d7: v128,
  d8: v128,
): void {
  if (pixels === 6) splitSix(to, pitch, d0, d1, d2, d3, d4, d5);
  else if (pixels === 8) splitEight(to, pitch, d0, d1, d2, d3, d4, d5, d6, d7);
  else splitNine(to, pitch, d0, d1, d2, d3, d4, d5, d6, d7, d8);
}

/**
 * Writes tiles of a map that is enlarged twice by repeating its pixels. Four of a tile's six rows (and columns), or five of eight, are different ones, and
 * its third plane of six or eight is zero: what belongs there is neither written nor, by `multiply`, to be read.
 *
 * @param source pixels, `pixelBytes` each, `width` of them in a row; sizes are those of this small map, everything else is as in `splitTiles`
 */
export function splitEnlarged(
  pixels: i32,
  source: usize,
  pixelBytes: usize,
  height: i32,
  width: i32,
  first: i32,
  count: i32,
  across: i32,
  channelBytes: usize,
  planes: usize,
  tilePitch: usize,
  planePitch: usize,
  zeros: usize,
): void {
  const step = sideOf(pixels) >> 1;
  for (let tile = first; tile < first + count; tile++) {
    const top = (tile / across) * step - 1;
    const left = (tile % across) * step - 1;
    locate(step + 2, source, pixelBytes, height, width, 0, top, left, zeros);
    if (pixels === 6) splitEnlargedTile(6, channelBytes, planes, planePitch);
    else splitEnlargedTile(8, channelBytes, planes, planePitch);
    planes += tilePitch;
  }
}

// @inline
function splitEnlargedTile(pixels: i32, channelBytes: usize, planes: usize, planePitch: usize): void {
  const inRow = usize(pixels >> 1) + 1;
  for (let channel: usize = 0; channel < channelBytes; channel += 16) {
    for (let column: usize = 0; column < inRow; column++) {
      const from = addresses + column * 4;
      const pitch = inRow * 4;
      const d0 = pixelAt(from, pitch, 0, channel);
      const d1 = pixelAt(from, pitch, 1, channel);
      const d2 = pixelAt(from, pitch, 2, channel);
      const d3 = pixelAt(from, pitch, 3, channel);
      const to = between + column * 16;
      if (pixels === 6) splitFour(to, 64, d0, d1, d2, d3);
      else splitFive(to, 80, d0, d1, d2, d3, pixelAt(from, pitch, 4, channel));
    }
    for (let row: usize = 0; row < usize(pixels); row++) {
      if (row === 2) continue;
      const from = between + row * inRow * 16;
      const d0 = v128.load(from);
      const d1 = v128.load(from, 16);
      const d2 = v128.load(from, 32);
      const d3 = v128.load(from, 48);
      const to = planes + channel + planePitch * row * usize(pixels);
      if (pixels === 6) splitFour(to, planePitch, d0, d1, d2, d3);
      else splitFive(to, planePitch, d0, d1, d2, d3, v128.load(from, 64));
    }
  }
}
