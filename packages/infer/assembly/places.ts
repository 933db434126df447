/** Numbers that change their places: frames, windows, and the way into maps and out of them. Maps lie as in maps.ts. */

/** Bytes in pieces of 16. */
// @inline
export function copy(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
}

// @inline
export function clear(to: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, i64x2.splat(0));
}

/** The map inside a frame of zeros. */
export function frame(
  source: usize,
  height: i32,
  width: i32,
  channelBytes: usize,
  top: i32,
  left: i32,
  bottom: i32,
  right: i32,
  out: usize,
): void {
  const line = usize(width) * channelBytes;
  const before = usize(left) * channelBytes;
  const after = usize(right) * channelBytes;
  const whole = before + line + after;
  clear(out, usize(top) * whole);
  out += usize(top) * whole;
  for (let y = 0; y < height; y++) {
    clear(out, before);
    copy(out + before, source, line);
    clear(out + before + line, after);
    source += line;
    out += whole;
  }
  clear(out, usize(bottom) * whole);
}

/**
 * What a convolution sees at each pixel of its result, kernel x kernel x channels in a row.
 *
 * @param source the map inside a frame of zeros, `framedWidth` pixels in a row
 * @param first of the pixels of the result, counted row by row; `width` in a row
 */
export function windows(
  source: usize,
  framedWidth: i32,
  channelBytes: usize,
  kernel: i32,
  stride: i32,
  width: i32,
  first: i32,
  count: i32,
  out: usize,
): void {
  const rowBytes = usize(framedWidth) * channelBytes;
  const piece = usize(kernel) * channelBytes;
  for (let pixel = first; pixel < first + count; pixel++) {
    let from = source + usize((pixel / width) * stride) * rowBytes + usize((pixel % width) * stride) * channelBytes;
    for (let i = 0; i < kernel; i++) {
      copy(out, from, piece);
      out += piece;
      from += rowBytes;
    }
  }
}

/** Channels of a map, or of one that is enlarged twice by repeating its pixels (`shift` 1), into pixels of `outPixelBytes`. */
export function place(
  source: usize,
  channelBytes: usize,
  height: i32,
  width: i32,
  shift: i32,
  out: usize,
  outPixelBytes: usize,
): void {
  const rowBytes = usize(width >> shift) * channelBytes;
  for (let y = 0; y < height; y++) {
    const line = source + usize(y >> shift) * rowBytes;
    for (let x = 0; x < width; x++) {
      copy(out, line + usize(x >> shift) * channelBytes, channelBytes);
      out += outPixelBytes;
    }
  }
}

/** Planes of `pixels` numbers, one for each channel, to a map whose further channels are zero. */
export function channelsLast(planes: usize, pixels: i32, channels: i32, channelBytes: usize, out: usize): void {
  clear(out, usize(pixels) * channelBytes);
  for (let channel = 0; channel < channels; channel++) {
    let to = out + usize(channel) * 4;
    for (let pixel = 0; pixel < pixels; pixel++) {
      store<f32>(to, load<f32>(planes));
      planes += 4;
      to += channelBytes;
    }
  }
}

/** The first channels of a map to planes. */
export function channelsFirst(source: usize, pixels: i32, channels: i32, channelBytes: usize, planes: usize): void {
  for (let channel = 0; channel < channels; channel++) {
    let from = source + usize(channel) * 4;
    for (let pixel = 0; pixel < pixels; pixel++) {
      store<f32>(planes, load<f32>(from));
      planes += 4;
      from += channelBytes;
    }
  }
}
