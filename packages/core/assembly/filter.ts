/**
 * Splat, blur and slice (Adams, Baek and Davis 2010): pixels give their value to the vertices around them, vertices mix
 * with their neighbours along each of the six axes, and pixels take the result back, with the same weights.
 *
 * What ends in 4 does it for four planes at once, a vertex holding a value of each: most of the time goes into finding vertices, which is
 * then done once. Each plane gets the same bits as alone.
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

/** 1 / sqrt(x + 1e-20) in place, computed in double precision: 1e-20 as in the authors' code, for where there is no kernel to divide by. */
export function inverseRoots(values: usize, count: usize): void {
  const least = f64x2.splat(1e-20);
  for (let i: usize = 0, end = count << 2; i < end; i += 8) {
    const x = f64x2.promote_low_f32x4(v128.load64_zero(values + i));
    const inverse = f64x2.div(f64x2.splat(1), f64x2.sqrt(f64x2.add(x, least)));
    v128.store64_lane(values + i, f32x4.demote_f64x2_zero(inverse), 0);
  }
}

/** As `splat`, of four planes; `values` has 16 bytes for each vertex. */
export function splat4(
  d0: usize,
  d1: usize,
  d2: usize,
  d3: usize,
  normalisation: usize,
  quads: usize,
  values: usize,
  count: usize,
): void {
  for (let i: usize = 0, end = count << 2; i < end; i += 16) {
    const n = v128.load(normalisation + i);
    const a = f32x4.mul(v128.load(d0 + i), n);
    const b = f32x4.mul(v128.load(d1 + i), n);
    const c = f32x4.mul(v128.load(d2 + i), n);
    const d = f32x4.mul(v128.load(d3 + i), n);
    const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    give4(values, quads, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
    give4(values, quads + 4, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7));
    give4(values, quads + 8, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
    give4(values, quads + 12, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
    quads += 192;
  }
  v128.store(values, f32x4.splat(0));
}

/** One pixel of each plane to its six vertices. */
function give4(values: usize, quad: usize, value: v128): void {
  for (let vertex: usize = 0; vertex < 96; vertex += 16) {
    const at = values + (usize(load<i32>(quad + vertex)) << 2);
    const share = f32x4.mul(value, v128.load32_splat(quad + vertex, 96));
    v128.store(at, f32x4.add(v128.load(at), share));
  }
}

/** As `blur`, of four planes. */
export function blur4(values: usize, out: usize, neighbours: usize, vertices: i32): void {
  const half = f32x4.splat(0.5);
  v128.store(out, f32x4.splat(0));
  for (let v: usize = 4, end = usize(vertices) << 2; v <= end; v += 4) {
    const pair = neighbours + (v << 1);
    const ahead = v128.load(values + (usize(load<i32>(pair)) << 2));
    const behind = v128.load(values + (usize(load<i32>(pair, 4)) << 2));
    const own = v128.load(values + (v << 2));
    v128.store(out + (v << 2), f32x4.add(own, f32x4.mul(half, f32x4.add(ahead, behind))));
  }
}

/** As `slice`, of four planes. */
export function slice4(
  values: usize,
  quads: usize,
  normalisation: usize,
  base0: usize,
  base1: usize,
  base2: usize,
  base3: usize,
  z0: usize,
  z1: usize,
  z2: usize,
  z3: usize,
  count: usize,
  factor: f32,
): void {
  const scale = f32x4.splat(factor);
  for (let i: usize = 0, end = count << 2; i < end; i += 16) {
    const first = take4(quads, values);
    const second = take4(quads + 4, values);
    const third = take4(quads + 8, values);
    const fourth = take4(quads + 12, values);
    const low12 = v128.shuffle<f32>(first, second, 0, 4, 1, 5);
    const high12 = v128.shuffle<f32>(first, second, 2, 6, 3, 7);
    const low34 = v128.shuffle<f32>(third, fourth, 0, 4, 1, 5);
    const high34 = v128.shuffle<f32>(third, fourth, 2, 6, 3, 7);
    const n = f32x4.mul(scale, v128.load(normalisation + i));
    add(z0 + i, base0 + i, v128.shuffle<f32>(low12, low34, 0, 1, 4, 5), n);
    add(z1 + i, base1 + i, v128.shuffle<f32>(low12, low34, 2, 3, 6, 7), n);
    add(z2 + i, base2 + i, v128.shuffle<f32>(high12, high34, 0, 1, 4, 5), n);
    add(z3 + i, base3 + i, v128.shuffle<f32>(high12, high34, 2, 3, 6, 7), n);
    quads += 192;
  }
}

/** What the six vertices of one pixel hold, weighted. */
function take4(quad: usize, values: usize): v128 {
  let sum = weighted(quad, values);
  for (let vertex: usize = 16; vertex < 96; vertex += 16) sum = f32x4.add(sum, weighted(quad + vertex, values));
  return sum;
}

function weighted(quad: usize, values: usize): v128 {
  const held = v128.load(values + (usize(load<i32>(quad)) << 2));
  return f32x4.mul(held, v128.load32_splat(quad, 96));
}

function add(z: usize, base: usize, sum: v128, n: v128): void {
  v128.store(z, f32x4.add(v128.load(base), f32x4.mul(sum, n)));
}
