/**
 * Splat, blur and slice (Adams, Baek and Davis 2010): pixels give their value to the vertices around them, vertices mix
 * with their neighbours along each of the six axes, and pixels take the result back, with the same weights.
 */

/**
 * Adds n * d of every pixel to `values`, row by row: a vertex sums its pixels in the order of the image, so that a crop gives the same bits.
 *
 * @param quads what addPixels wrote
 * @param count pixels, a multiple of 4
 */
export function splat(d: usize, normalisation: usize, quads: usize, values: usize, count: usize): void {
  for (let i: usize = 0, end = count << 2; i < end; i += 4) {
    const value = load<f32>(d + i) * load<f32>(normalisation + i);
    const quad = quads + (i >> 4) * 192 + (i & 12);
    give(values + load<i32>(quad), value * load<f32>(quad, 96));
    give(values + load<i32>(quad, 16), value * load<f32>(quad, 112));
    give(values + load<i32>(quad, 32), value * load<f32>(quad, 128));
    give(values + load<i32>(quad, 48), value * load<f32>(quad, 144));
    give(values + load<i32>(quad, 64), value * load<f32>(quad, 160));
    give(values + load<i32>(quad, 80), value * load<f32>(quad, 176));
  }
  // Where the samples beyond the end of a row went.
  store<f32>(values, 0);
}

function give(vertex: usize, value: f32): void {
  store<f32>(vertex, load<f32>(vertex) + value);
}

/** One axis: half a vertex's value goes to either neighbour. */
export function blur(values: usize, out: usize, neighbours: usize, vertices: i32): void {
  store<f32>(out, 0);
  for (let v: usize = 4, end = usize(vertices) << 2; v <= end; v += 4) {
    const pair = neighbours + (v << 1);
    const around = load<f32>(values + load<i32>(pair)) + load<f32>(values + load<i32>(pair, 4));
    store<f32>(out + v, load<f32>(values + v) + 0.5 * around);
  }
}

/** z = base + factor * n * (what the vertices around each pixel hold). */
export function slice(
  values: usize,
  quads: usize,
  normalisation: usize,
  base: usize,
  z: usize,
  count: usize,
  factor: f32,
): void {
  const scale = f32x4.splat(factor);
  for (let i: usize = 0, end = count << 2; i < end; i += 16) {
    let sum = take(quads, values);
    for (let vertex: usize = 16; vertex < 96; vertex += 16) sum = f32x4.add(sum, take(quads + vertex, values));
    const message = f32x4.mul(sum, f32x4.mul(scale, v128.load(normalisation + i)));
    v128.store(z + i, f32x4.add(v128.load(base + i), message));
    quads += 192;
  }
}

/** One vertex of each of four pixels, weighted. */
function take(quad: usize, values: usize): v128 {
  const one = v128.load32_zero(values + load<i32>(quad));
  const two = v128.load32_lane(values + load<i32>(quad, 4), one, 1);
  const three = v128.load32_lane(values + load<i32>(quad, 8), two, 2);
  const four = v128.load32_lane(values + load<i32>(quad, 12), three, 3);
  return f32x4.mul(four, v128.load(quad, 96));
}
