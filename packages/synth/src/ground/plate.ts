/**
 * A plate is the working copy of one window: stain concentrations per pixel, and the distances they are drawn from.
 * Its pixels lie on the slide's own grid, so a value depends on the pixel and never on the window.
 */
import type { Area } from './area.js';
import { MATTERS } from './matter.js';

export interface Plate {
  /** Position of the first pixel on the slide; may be negative. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly micronsPerPixel: number;
  readonly buffers: PlateBuffers;
}

/** One value per pixel, row by row from index 0; the arrays may be longer than the plate. */
export interface PlateBuffers {
  /** Share of the pixel that is tissue, 0..1. */
  readonly tissue: Float32Array;
  /** Distance to the edge of the tissue in micrometres, positive inside; undefined for PAS. */
  readonly edge: Float32Array | undefined;
  /** Schiff's reagent (magenta), 1 = a basement membrane. */
  readonly schiff: Float32Array;
  /** Haematoxylin (blue), 1 = a nucleus. */
  readonly hematoxylin: Float32Array;
  /** Five amounts per pixel, as `matterNames` has them; undefined for PAS, which does not show them. */
  readonly matter: Float32Array | undefined;
  /** Distance to the nearest tubule's wall in micrometres, negative inside the tubule. */
  readonly wall: Float32Array;
  /** Distance to the nearest solid landmark in micrometres, negative inside it. */
  readonly land: Float32Array;
  /** The three least values of (distance to a tubule's centre line - its radius). */
  readonly nearest: Float32Array;
  readonly second: Float32Array;
  readonly third: Float32Array;
  /** Index of the nearest tubule, or -1. */
  readonly owner: Int32Array;
  /** 1 inside a glomerulus, 2 inside a sclerotic one. */
  readonly labels: Uint8Array;
  /** Three values per pixel: transmitted light, and the same blurred along the rows. */
  readonly light: Float32Array;
  readonly blurred: Float32Array;
  /** The same, blurred widely: where the slide is out of focus. */
  readonly soft: Float32Array;
}

export const FAR = 1e3;

/** Memory for plates of up to `pixels` pixels; one set serves tile after tile. */
export function createBuffers(pixels: number, withMatter: boolean): PlateBuffers {
  const floats = (): Float32Array => new Float32Array(pixels);
  return {
    tissue: floats(),
    edge: withMatter ? floats() : undefined,
    schiff: floats(),
    hematoxylin: floats(),
    matter: withMatter ? new Float32Array(pixels * MATTERS) : undefined,
    wall: floats(),
    land: floats(),
    nearest: floats(),
    second: floats(),
    third: floats(),
    owner: new Int32Array(pixels),
    labels: new Uint8Array(pixels),
    light: new Float32Array(pixels * 3),
    blurred: new Float32Array(pixels * 3),
    soft: new Float32Array(pixels * 3),
  };
}

/** The plate's extent in micrometres. */
export function plateArea(plate: Plate): Area {
  const { x, y, width, height, micronsPerPixel: mpp } = plate;
  return { x0: x * mpp, y0: y * mpp, x1: (x + width) * mpp, y1: (y + height) * mpp };
}

/** Plate columns and rows whose pixel centres lie in the area; `x1`, `y1` are exclusive. */
export function pixelsOf(plate: Plate, area: Area): Area {
  const mpp = plate.micronsPerPixel;
  return {
    x0: Math.max(0, Math.ceil(area.x0 / mpp - 0.5) - plate.x),
    y0: Math.max(0, Math.ceil(area.y0 / mpp - 0.5) - plate.y),
    x1: Math.min(plate.width, Math.floor(area.x1 / mpp - 0.5) - plate.x + 1),
    y1: Math.min(plate.height, Math.floor(area.y1 / mpp - 0.5) - plate.y + 1),
  };
}

/** Share of a pixel of width `pixel` that lies where `distance` > 0, across a straight edge. */
export function cover(distance: number, pixel: number): number {
  const share = distance / pixel + 0.5;
  return share <= 0 ? 0 : Math.min(share, 1);
}

/** Share of a pixel that lies between two parallel lines at `from` < `to`, for a pixel centred on `position`. */
export function coverBand(position: number, from: number, to: number, pixel: number): number {
  const low = Math.max(position - pixel / 2, from);
  const high = Math.min(position + pixel / 2, to);
  return high > low ? (high - low) / pixel : 0;
}

/** The pixels of the square that reaches `reach` micrometres from a point to each side. */
export function pixelsAround(plate: Plate, { x, y }: { readonly x: number; readonly y: number }, reach: number): Area {
  return pixelsOf(plate, { x0: x - reach, y0: y - reach, x1: x + reach, y1: y + reach });
}
