/**
 * Elastic deformation (Simard et al. 2003): random displacements on a coarse grid, joined by uniform cubic B-splines, so that the field is
 * smooth whatever the draw.
 */
import type { Random } from '@ftuseg/core';

/** Displacements at the grid's nodes, in window pixels; node (i, j) belongs to pixel ((j - 1) spacing, (i - 1) spacing). */
export interface Warp {
  readonly columns: number;
  readonly spacing: number;
  readonly dx: Float32Array;
  readonly dy: Float32Array;
}

/** Nodes along a window's side, without the two outside of it. */
const CELLS = 4;

/** @param largest most that a node moves along each axis, pixels */
export function drawWarp(random: Random, tile: number, largest: number): Warp {
  const columns = CELLS + 3;
  const node = (): Float32Array =>
    Float32Array.from({ length: columns * columns }, () => random.uniform(-largest, largest));
  return { columns, spacing: tile / CELLS, dx: node(), dy: node() };
}

/** The four weights of a uniform cubic B-spline at `t` in 0..1. */
function weights(t: number): readonly [number, number, number, number] {
  const u = 1 - t;
  const [t2, t3] = [t * t, t * t * t];
  return [(u * u * u) / 6, (3 * t3 - 6 * t2 + 4) / 6, (-3 * t3 + 3 * t2 + 3 * t + 1) / 6, t3 / 6];
}

/** Where pixels are on the grid, worked out once for a window's side. */
export interface WarpAxis {
  readonly cell: Int32Array;
  /** Four per pixel. */
  readonly weights: Float32Array;
}

export function warpAxis(tile: number, { spacing }: Warp): WarpAxis {
  const axis = { cell: new Int32Array(tile), weights: new Float32Array(tile * 4) };
  for (let i = 0; i < tile; i++) {
    const at = i / spacing;
    axis.cell[i] = Math.floor(at);
    axis.weights.set(weights(at - Math.floor(at)), i * 4);
  }
  return axis;
}

/** Adds row `v`'s displacements to the coordinates of its pixels on the window, `xs` and `ys`. */
export function warpRow(warp: Warp, axis: WarpAxis, v: number, xs: Float64Array, ys: Float64Array): void {
  const { columns, dx, dy } = warp;
  const row = axis.cell[v] as number;
  // Down first: one value per column of the grid is left for the whole row.
  const across = new Float64Array(columns * 2);
  for (let c = 0; c < columns; c++) {
    for (let k = 0; k < 4; k++) {
      const weight = axis.weights[v * 4 + k] as number;
      const node = (row + k) * columns + c;
      across[c] = (across[c] as number) + weight * (dx[node] as number);
      across[columns + c] = (across[columns + c] as number) + weight * (dy[node] as number);
    }
  }
  for (let u = 0; u < xs.length; u++) {
    const cell = axis.cell[u] as number;
    let [x, y] = [0, 0];
    for (let k = 0; k < 4; k++) {
      const weight = axis.weights[u * 4 + k] as number;
      x += weight * (across[cell + k] as number);
      y += weight * (across[columns + cell + k] as number);
    }
    xs[u] = (xs[u] as number) + x;
    ys[u] = (ys[u] as number) + y;
  }
}
