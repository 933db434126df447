/**
 * Takes glomeruli apart that grew together in the mask. Each object is looked at in its own bounding box: the watershed of the
 * distance to its outside says where its waists are, and a cut one pixel wide parts it there.
 */
import { FtuError } from '../../errors.js';
import { type Rect, raster } from '../../raster/raster.js';
import { PaintedRuns } from '../polygons/painted-runs.js';
import { runsOfRaster } from '../raster-runs.js';
import { keepRuns, type RunMask } from '../run-mask.js';
import { squaredDistances } from './distance-transform.js';
import { columnsOfRuns, runsOfObjects } from './object-runs.js';
import { componentsOf, listObjects } from './objects.js';
import { solidity } from './solidity.js';
import { watershed } from './watershed.js';

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
  const found = listObjects(mask, connectivity);
  const [columnOf, runsOf] = [columnsOfRuns(mask), runsOfObjects(found)];
  const out = new PaintedRuns(mask.width, mask.height);
  for (let i = 0; i < found.count; i++) {
    const { label, area, box } = found.at(i);
    const runs = runsOf(i);
    const options = optionsOf(label);
    const parts = options === undefined ? undefined : partsOf(mask, columnOf, runs, { area, box, options });
    if (parts === undefined) {
      for (const run of runs) {
        out.push(columnOf[run] as number, mask.starts[run] as number, mask.ends[run] as number, label);
      }
      continue;
    }
    const columns = columnsOfRuns(parts);
    for (let run = 0; run < columns.length; run++) {
      const [x, y] = [box.x - 1 + (columns[run] as number), box.y - 1];
      out.push(x, y + (parts.starts[run] as number), y + (parts.ends[run] as number), label);
    }
  }
  return out.finish();
}

interface Candidate {
  readonly area: number;
  readonly box: Rect;
  readonly options: SplitOptions;
}

/** What is left of an object once it is cut, in its framed box; undefined where it stays whole. */
function partsOf(mask: RunMask, columnOf: Int32Array, runs: Uint32Array, candidate: Candidate): RunMask | undefined {
  const { depth, minimumDistance = 0, minimumArea = 0, maximumSolidity = 0.95 } = candidate.options;
  if (!(depth >= 2)) throw new FtuError('bad-input', `a depth of ${depth} pixels would cut at every notch`);
  const box = framed(candidate.box);
  const { width, height } = box;
  if (candidate.area < minimumArea || width * height > LARGEST_BOX) return undefined;
  if (solidity(mask, columnOf, runs) > maximumSolidity) return undefined;
  const shape = paintObject(mask, columnOf, runs, box);
  const { basins, summits } = watershed(squaredDistances(shape, width, height), width, { depth, minimumDistance });
  return summits.length > 1 ? cutBetween(basins, summits, width) : undefined;
}

/** With a pixel more on every side, so that no pixel of the object is at the border. */
const framed = ({ x, y, width, height }: Rect): Rect => ({ x: x - 1, y: y - 1, width: width + 2, height: height + 2 });

/** An object in a box around it, 1 inside. */
function paintObject(mask: RunMask, columnOf: Int32Array, runs: Uint32Array, box: Rect): Uint8Array {
  const shape = new Uint8Array(box.width * box.height);
  for (const run of runs) {
    const x = (columnOf[run] as number) - box.x;
    const end = ((mask.ends[run] as number) - box.y) * box.width + x;
    for (let at = ((mask.starts[run] as number) - box.y) * box.width + x; at < end; at += box.width) shape[at] = 1;
  }
  return shape;
}

/** Takes away the pixels of a basin that touch a higher one, and then what no longer hangs together with its summit. */
function cutBetween(basins: Int32Array, summits: readonly number[], width: number): RunMask {
  const kept = new Uint8Array(basins.length);
  const ahead = [1, width - 1, width, width + 1];
  for (let pixel = 0; pixel < basins.length; pixel++) if ((basins[pixel] as number) >= 0) kept[pixel] = 1;
  for (let pixel = 0; pixel < basins.length; pixel++) {
    const basin = basins[pixel] as number;
    if (basin < 0) continue;
    for (let k = 0; k < ahead.length; k++) {
      const at = pixel + (ahead[k] as number);
      const other = basins[at] as number;
      if (other >= 0 && other !== basin) kept[other > basin ? at : pixel] = 0;
    }
  }
  const pieces = runsOfRaster(raster(width, basins.length / width, 1, kept));
  const { objectOf } = componentsOf(pieces);
  const rooted = new Set(summits.map((summit) => objectOf[runAt(pieces, summit % width, Math.floor(summit / width))]));
  return keepRuns(pieces, (run) => rooted.has(objectOf[run]));
}

/** The run that covers a pixel. */
function runAt({ columns, ends }: RunMask, x: number, y: number): number {
  let run = columns[x] as number;
  while ((ends[run] as number) <= y) run++;
  return run;
}
