/**
 * The stream of batches that one slide makes: bands of columns of tiles, each tile in every view, packed for
 * the network. The next band is read while the current one is being predicted.
 */
import type { Raster, TestTimeView } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { type Batch, type Normalisation, toBatch } from './batch.js';
import type { TileLayout } from './stitch.js';
import { type ColumnBand, columnBands, columnOfBand, readBand, tileOfColumn } from './tile-source.js';
import { seen } from './views.js';

/** What one item of a batch shows. */
export interface TileView {
  readonly column: number;
  readonly row: number;
  readonly view: TestTimeView;
}

export interface TileBatch extends Batch {
  readonly items: readonly TileView[];
}

export interface TileBatchOptions {
  readonly layout: TileLayout;
  readonly views: readonly TestTimeView[];
  readonly batchSize: number;
  /** Batches that the caller may hold at once, besides the newest. */
  readonly underWay: number;
  readonly normalisation: Normalisation;
  readonly signal: AbortSignal | undefined;
}

/**
 * Batches in column order. Memory goes round: a batch is overwritten when the one `underWay + 2` later is asked for.
 * @throws {FtuError} `cancelled`, or what the slide throws
 */
export async function* tileBatches(
  slide: Slide,
  options: TileBatchOptions,
): AsyncGenerator<TileBatch, void, undefined> {
  const { layout, batchSize, underWay, normalisation } = options;
  const length = batchSize * 3 * layout.tile ** 2;
  const memory = Array.from({ length: underWay + 2 }, () => new Float32Array(length));
  let made = 0;
  let tiles: Raster[] = [];
  let items: TileView[] = [];
  const pack = (): TileBatch => {
    const batch = { ...toBatch(tiles, normalisation, memory[made % memory.length]), items };
    made++;
    tiles = [];
    items = [];
    return batch;
  };
  for await (const { tile, item } of tileViews(slide, options)) {
    tiles.push(tile);
    items.push(item);
    if (tiles.length === batchSize) yield pack();
  }
  if (tiles.length > 0) yield pack();
}

async function* tileViews(
  slide: Slide,
  { layout, views, signal }: TileBatchOptions,
): AsyncGenerator<{ tile: Raster; item: TileView }, void, undefined> {
  const bands = columnBands(layout);
  const read = (band: ColumnBand | undefined): Promise<Raster> | undefined => {
    const reading = band && readBand(slide, layout, band, signal);
    // Its failure is reported when the band is awaited; until then it must not count as unhandled.
    reading?.catch(() => undefined);
    return reading;
  };
  let reading = read(bands[0]);
  for (const [index, band] of bands.entries()) {
    const pixels = await reading;
    if (pixels === undefined) return;
    reading = read(bands[index + 1]);
    for (const { column, left } of band.columns) {
      const strip = columnOfBand(pixels, band, left, layout.tile);
      for (const [row, top] of layout.rows.entries()) {
        const tile = tileOfColumn(strip, top, layout.tile);
        for (const view of views) yield { tile: seen(tile, view), item: { column, row, view } };
      }
    }
  }
}
