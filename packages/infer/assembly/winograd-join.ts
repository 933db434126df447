/** The way out of the planes of Winograd's convolutions: see winograd.ts. */
import { finish } from './finish';
import { between, sideOf } from './tiles';
import { join } from './transforms';

/**
 * Transforms products back, adds the bias and activates.
 *
 * @param pixels as in `splitTiles`
 * @param planes tiles x channels each, the tiles from `first` on
 * @param bias of the channels
 * @param out the whole map, height x width pixels of `channelBytes` each
 */
export function joinTiles(
  pixels: i32,
  planes: usize,
  planePitch: usize,
  bias: usize,
  out: usize,
  height: i32,
  width: i32,
  first: i32,
  count: i32,
  across: i32,
  channelBytes: usize,
  kind: i32,
  low: f32,
  high: f32,
): void {
  const side = sideOf(pixels);
  for (let tile = first; tile < first + count; tile++) {
    const top = (tile / across) * side;
    const left = (tile % across) * side;
    const rows = min(side, height - top);
    const columns = min(side, width - left);
    const corner = out + usize(top * width + left) * channelBytes;
    const line = usize(width) * channelBytes;
    if (pixels === 6) joinTile(6, planes, planePitch, bias, corner, line, rows, columns, channelBytes, low, high);
    else if (pixels === 8) joinTile(8, planes, planePitch, bias, corner, line, rows, columns, channelBytes, low, high);
    else joinTile(9, planes, planePitch, bias, corner, line, rows, columns, channelBytes, low, high);
    finish(corner, line, rows, usize(columns) * channelBytes, kind);
    planes += channelBytes;
  }
}

// @inline
function joinTile(
  pixels: i32,
  planes: usize,
  planePitch: usize,
  bias: usize,
  corner: usize,
  line: usize,
  rows: i32,
  columns: i32,
  channelBytes: usize,
  low: f32,
  high: f32,
): void {
  const side = sideOf(pixels);
  const inRow = usize(pixels);
  const least = f32x4.splat(low);
  const most = f32x4.splat(high);
  const none = f32x4.splat(0);
  for (let channel: usize = 0; channel < channelBytes; channel += 16) {
    for (let column: usize = 0; column < inRow; column++) {
      const from = planes + channel + column * planePitch;
      join(pixels, from, planePitch * inRow, between + column * 16, inRow * 16, none, none, none, false);
    }
    const b = v128.load(bias + channel);
    for (let row = 0; row < rows; row++) {
      const from = between + usize(row) * inRow * 16;
      let to = corner + usize(row) * line + channel;
      if (columns === side) {
        join(pixels, from, 16, to, channelBytes, b, least, most, true);
        continue;
      }
      join(pixels, from, 16, from, 16, b, least, most, true);
      for (let column = 0; column < columns; column++) {
        v128.store(to, v128.load(from + usize(column) * 16));
        to += channelBytes;
      }
    }
  }
}
