/**
 * Takes glomeruli apart that grew together in the mask. Each object is looked at in its own bounding box: the watershed of the
 * distance to its outside says where its waists are, and a cut one pixel wide parts it there.
 */
import { FtuError } from '../errors.js';
import { squaredDistances } from './distance-transform.js';
import { columnsOfRuns, runsOfObjects } from './object-runs.js';
import { objectsOf, type RunObject } from './objects.js';
import { PaintedRuns } from './painted-runs.js';
import type { RunMask } from './run-mask.js';
import { solidity } from './solidity.js';
import { type Watershed, watershed } from './watershed.js';

export interface SplitOptions {
  /**
   * How much narrower a waist must be than the smaller of the parts that it joins, as a difference of radii in pixels, 2 or more:
   * two discs of radius 100 whose waist is 160 wide are parted by every depth up to 20.
   */
  readonly depth: number;
  /** Centres of parts nearer to each other than so many pixels are one part's; default 0. */
  readonly minimumDistance?: number | undefined;
  /** Smaller objects are left whole; pixels, default 0. */
  readonly minimumArea?: number | undefined;
  /** Objects that fill more than this share of their convex hull have no waist and are left whole; default 0.95. */
  readonly maximumSolidity?: number | undefined;
}

/** Pixels of a bounding box; larger ones would take more than half a gigabyte, and no cluster of glomeruli needs one. */
const LARGEST_BOX = 2 ** 24;

/**
 * Cuts objects at their waists. The method is the usual one for touching cells: Euclidean distance transform, h-maxima as seeds,
 * watershed (Vincent & Soille 1991; Soille, Morphological Image Analysis, 2003, chapter 9). Every seed becomes one object: pixels of a
 * lower part that touch a higher one are taken away, and so is what the cut leaves of a part apart from its seed. An object whose
 * bounding box has more than 2^24 pixels is left whole.
 *
 * @param optionsOf for objects of a label; undefined: they are left whole
 * @throws FtuError `bad-input` for a depth below 2
 * @example
 * splitTouching(mask, () => ({ depth: 20, minimumArea: 50_000 }));
 */
export function splitTouching(
  mask: RunMask,
  optionsOf: (label: number) => SplitOptions | undefined,
  connectivity: 4 | 8 = 8,
): RunMask {
  const found = objectsOf(mask, connectivity);
  const [columnOf, runsOf] = [columnsOfRuns(mask), runsOfObjects(found)];
  const out = new PaintedRuns(mask.width, mask.height);
  for (let run = 0; run < columnOf.length; run++) {
    out.push(columnOf[run] as number, mask.starts[run] as number, mask.ends[run] as number, mask.labels[run] as number);
  }
  for (const [i, object] of found.objects.entries()) {
    const options = optionsOf(object.label);
    if (options === undefined) continue;
    const { depth, minimumDistance = 0, minimumArea = 0, maximumSolidity = 0.95 } = options;
    if (!(depth >= 2)) throw new FtuError('bad-input', `a depth of ${depth} pixels would cut at every notch`);
    const { width, height } = object.box;
    if (object.area < minimumArea || width * height > LARGEST_BOX) continue;
    const runs = runsOf[i] as Uint32Array;
    if (solidity(mask, columnOf, runs) > maximumSolidity) continue;
    const shape = paintObject(mask, columnOf, runs, object);
    const parts = watershed(squaredDistances(shape, width, height), width, { depth, minimumDistance });
    if (parts.summits.length > 1) cut(shape, keptOf(parts, width), object, out);
  }
  return out.finish();
}

/** An object in its bounding box, 1 inside. */
function paintObject(mask: RunMask, columnOf: Int32Array, runs: Uint32Array, { box }: RunObject): Uint8Array {
  const shape = new Uint8Array(box.width * box.height);
  for (const run of runs) {
    const x = (columnOf[run] as number) - box.x;
    const end = ((mask.ends[run] as number) - box.y) * box.width + x;
    for (let at = ((mask.starts[run] as number) - box.y) * box.width + x; at < end; at += box.width) shape[at] = 1;
  }
  return shape;
}

/** 1 for what stays: reached from a summit, over pixels that have no neighbour in a higher basin. */
function keptOf({ basins, summits }: Watershed, width: number): Uint8Array {
  const height = basins.length / width;
  const neighbours = (pixel: number): number[] => {
    const x = pixel % width;
    const y = (pixel - x) / width;
    const found: number[] = [];
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) found.push(ny * width + nx);
    }
    return found;
  };
  const kept = new Uint8Array(basins.length);
  const stack = [...summits];
  for (const summit of summits) kept[summit] = 1;
  for (let pixel = stack.pop(); pixel !== undefined; pixel = stack.pop()) {
    for (const at of neighbours(pixel)) {
      const basin = basins[at] as number;
      if (kept[at] === 1 || basin < 0) continue;
      const highest = neighbours(at).every(
        (other) => (basins[other] as number) < 0 || (basins[other] as number) >= basin,
      );
      if (!highest) continue;
      kept[at] = 1;
      stack.push(at);
    }
  }
  return kept;
}

/** Wipes the pixels of an object that do not stay. */
function cut(shape: Uint8Array, kept: Uint8Array, { box }: RunObject, out: PaintedRuns): void {
  for (let x = 0; x < box.width; x++) {
    let begun = -1;
    for (let y = 0; y <= box.height; y++) {
      const at = y * box.width + x;
      const gone = y < box.height && shape[at] === 1 && kept[at] === 0;
      if (gone && begun < 0) begun = y;
      if (!gone && begun >= 0) {
        out.push(box.x + x, box.y + begun, box.y + y, 0);
        begun = -1;
      }
    }
  }
}
