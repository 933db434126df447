/** The truth of a slide as runs, wherever the slide table keeps it, without ever painting the slide. */
import { complementRuns, createRowRunEncoder, FtuError, type RunMask } from '@ftuseg/core';
import { type ClassMap, type ClassTable, type Labels, openTruth, type SlideRow, type TruthReport } from '@ftuseg/slide';
import { runsOfClasses, runsOfLabels } from './class-runs.node.js';

/** Bytes of labels that are looked at together. */
const BAND_BYTES = 8 << 20;
/** Rows of a tile in most pyramids: whole rows of tiles are decoded once. */
const TILE_ROWS = 256;

export interface SlideSize {
  readonly width: number;
  readonly height: number;
}

/** What is known of a slide. */
export interface TruthOfClasses {
  /** One mask of label 1 for each class. */
  readonly classes: readonly RunMask[];
  /** Label 1 where nothing is known; undefined: everything is. */
  readonly ignored?: RunMask | undefined;
  /** Of drawn objects: what was taken and left out. */
  readonly report?: TruthReport | undefined;
}

/**
 * The runs of labels that are read in bands of rows.
 * @throws {FtuError} `cancelled`; whatever reading them throws
 */
export async function readLabelRuns(
  labels: Pick<Labels, 'read'>,
  { width, height }: SlideSize,
  signal: AbortSignal | undefined,
): Promise<RunMask> {
  const most = Math.max(1, Math.floor(BAND_BYTES / width));
  const step = most > TILE_ROWS ? most - (most % TILE_ROWS) : most;
  const encoder = createRowRunEncoder(width, height);
  for (let top = 0; top < height; top += step) {
    if (signal?.aborted) throw new FtuError('cancelled', 'reading labels was interrupted');
    encoder.push(await labels.read(top, Math.min(step, height - top)));
  }
  return encoder.finish();
}

/** Where a label image says nothing: at its values of that meaning, and, where that is one of them, where it has none. */
function unknownRuns(labels: RunMask, { unknown }: ClassTable): RunMask | undefined {
  if (unknown === undefined) return undefined;
  if (unknown[0] === 0) return runsOfLabels(labels, (label) => unknown[label] === 1);
  return complementRuns(runsOfLabels(labels, (label) => unknown[label] === 0));
}

/**
 * The classes of a slide, from whatever its row has. A label TIFF passes by in bands of rows; a PNG is decoded whole.
 *
 * @param size level-0 pixels of the slide
 * @throws {FtuError} `cancelled`; as `openTruth`; for a label value that the class map does not name
 * @example
 * const { classes, ignored } = await readTruthRuns(row, slide, parseClasses('normal=1;sclerotic=2'));
 */
export async function readTruthRuns(
  row: SlideRow,
  size: SlideSize,
  classes: ClassMap,
  signal?: AbortSignal,
): Promise<TruthOfClasses> {
  const truth = await openTruth(row, size, classes);
  try {
    const { table, report, runs } = truth;
    const labels = runs?.labels ?? (await readLabelRuns(truth, size, signal));
    return {
      classes: runsOfClasses(labels, table, classes.names.length),
      ignored: runs === undefined ? unknownRuns(labels, table) : runs.unknown,
      report,
    };
  } finally {
    await truth.close();
  }
}
