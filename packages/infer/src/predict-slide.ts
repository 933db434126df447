/**
 * One slide through one model: tiles in, stitched probabilities and level-0 labels out.
 */
import { FtuError, type Raster } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { throwIfCancelled } from './cancel.js';
import { labelsAt } from './labels.js';
import type { SegmentationModel } from './model.js';
import type { Session } from './session.js';
import { type PredictSettings, type ResolvedSettings, resolveSettings } from './settings.js';
import { Stitcher } from './stitch.js';
import { type TileBatch, tileBatches } from './tile-batches.js';
import { layoutTiles } from './tile-source.js';
import { unseen, viewsByName } from './views.js';
import { type WorkingGrid, workingGrid } from './working-grid.js';

export interface PredictOptions extends PredictSettings {
  readonly signal?: AbortSignal | undefined;
  /** Called after every batch; tiles count once per view. */
  readonly onProgress?: ((progress: TileProgress) => void) | undefined;
}

export interface TileProgress {
  readonly done: number;
  readonly total: number;
}

export interface SlidePrediction {
  /** Working-resolution probabilities, H x W x classes, 0..1: the mean over overlapping tiles and views. */
  readonly probability: Raster<Float32Array>;
  /** Level-0 label image, one channel: 0 background, k for the model's class k - 1. For one class: 0 and 1. */
  readonly masks: Raster;
  readonly grid: WorkingGrid;
  readonly settings: ResolvedSettings;
  /** Tiles that the network saw, times views. */
  readonly tiles: number;
}

/**
 * Segments a slide: resamples it to the model's resolution, predicts overlapping tiles, averages their probabilities with
 * weights that fade towards a tile's border, enlarges the result to level 0 and thresholds it there.
 *
 * A slide smaller than a tile is mirrored at its right and bottom. Memory: the probabilities (4 bytes per working pixel
 * and class), the labels (1 byte per level-0 pixel), two bands of at most a few megapixels, and a few batches.
 * @throws {FtuError} `bad-input` for impossible settings, or when the model has a resolution and the slide has none;
 * `cancelled` after `signal` fired; whatever the slide's reader and the session throw
 * @example
 * const { masks } = await predictSlide(await openSlide('slide.tif'), model, { views: 'd4', micronsPerPixel: 0.5 });
 * encodeRle(masks);
 */
export async function predictSlide(
  slide: Slide,
  model: SegmentationModel,
  options: PredictOptions = {},
): Promise<SlidePrediction> {
  const { signal, onProgress, ...given } = options;
  throwIfCancelled(signal);
  const { card } = model;
  const { parallel = 1, bestBatch = 4 } = model.session;
  const settings = resolveSettings(given, card, bestBatch);
  const grid = workingGrid(slide, card, settings);
  const layout = layoutTiles(grid, settings.tileSize, settings.overlap);
  const views = viewsByName(settings.views);
  const tiles = layout.columns.length * layout.rows.length * views.length;
  const stitcher = new Stitcher(layout, card.classes.length);
  const underWay = parallel === 1 ? 1 : 2 * parallel;
  const { batchSize } = settings;
  const batches = tileBatches(slide, { layout, views, batchSize, underWay, normalisation: card, signal });
  const planeLength = card.classes.length * settings.tileSize ** 2;
  let done = 0;
  for await (const { items, logits } of predicted(batches, model.session, underWay)) {
    throwIfCancelled(signal);
    if (logits.length !== items.length * planeLength)
      throw wrongOutput(logits.length / items.length, planeLength, model);
    for (const [n, { column, row, view }] of items.entries()) {
      const planes = logits.subarray(n * planeLength, (n + 1) * planeLength);
      stitcher.add(column, row, unseen(planes, settings.tileSize, view), 1 / views.length);
    }
    done += items.length;
    onProgress?.({ done, total: tiles });
  }
  const probability = stitcher.finish();
  const masks = await labelsAt(probability, slide.width, slide.height, {
    threshold: settings.threshold,
    ...(signal === undefined ? {} : { signal }),
  });
  return { probability, masks, grid, settings, tiles };
}

/**
 * Runs batches, `underWay` at a time and in order, so that the next ones are read and packed, and earlier ones
 * stitched, while the network works.
 */
async function* predicted(
  batches: AsyncGenerator<TileBatch, void, undefined>,
  session: Session,
  underWay: number,
): AsyncGenerator<{ items: TileBatch['items']; logits: Float32Array }, void, undefined> {
  const queue: { items: TileBatch['items']; running: Promise<Float32Array> }[] = [];
  try {
    for await (const { data, shape, items } of batches) {
      const running = session.run(data, shape);
      // Its failure is reported when it is awaited; until then it must not count as unhandled.
      running.catch(() => undefined);
      queue.push({ items, running });
      const oldest = queue.length > underWay ? queue.shift() : undefined;
      if (oldest !== undefined) yield { items: oldest.items, logits: await oldest.running };
    }
    for (let oldest = queue.shift(); oldest !== undefined; oldest = queue.shift()) {
      yield { items: oldest.items, logits: await oldest.running };
    }
  } finally {
    // Runs that nobody waits for any more still read their batches.
    await Promise.allSettled(queue.map(({ running }) => running));
  }
}

function wrongOutput(values: number, expected: number, model: SegmentationModel): FtuError {
  return new FtuError(
    'bad-input',
    `the network returned ${values} values per tile where its card promises ${expected}`,
    {
      subject: model.source.name,
      hint: 'export the model again with the right number of classes',
    },
  );
}
