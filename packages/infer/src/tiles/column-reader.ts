/**
 * Hands out one column of tiles after the other; groups of columns are read together, and the next group while the
 * current one is being predicted.
 */
import { crop, type Raster, type Rect } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { type ColumnGroup, columnGroups, type TileLayout } from '../plan/tile-layout.js';
import { readAround } from './read-window.js';

export interface ColumnReaderOptions {
  /** Called with what could not be decoded, working pixels. */
  readonly onUnreadable: (piece: Rect) => void;
  /** Columns that will be asked for; undefined: all. */
  readonly wanted?: ((column: number) => boolean) | undefined;
}

export class ColumnReader {
  readonly #groups: readonly ColumnGroup[];
  /** The group at hand and the one after it. */
  readonly #read = new Map<ColumnGroup, Promise<Raster>>();

  constructor(
    private readonly slide: Slide,
    private readonly layout: TileLayout,
    private readonly signal: AbortSignal | undefined,
    private readonly options: ColumnReaderOptions,
  ) {
    const { wanted } = options;
    // Groups are those of all columns, so that every window is the same whoever asks.
    this.#groups = columnGroups(layout).filter(({ from, to }) => {
      for (let column = from; column < to; column++) if (wanted?.(column) ?? true) return true;
      return false;
    });
  }

  /**
   * The column's pixels, reflected at the right and bottom where the slide is smaller than a tile.
   * @param column index into `layout.columns`; columns are asked for from left to right
   * @returns `tile` pixels wide, RGB, at least `tile` pixels high
   */
  async column(column: number): Promise<Raster> {
    const index = this.#groups.findIndex(({ from, to }) => column >= from && column < to);
    const group = this.#groups[index];
    const left = this.layout.columns[column];
    if (group === undefined || left === undefined) throw new RangeError(`there is no column ${column}`);
    for (const old of this.#read.keys()) if (old.to <= group.from) this.#read.delete(old);
    const pixels = await this.#start(group);
    const next = this.#groups[index + 1];
    if (next !== undefined) this.#start(next);
    const { tile } = this.layout;
    return crop(pixels, { x: left - group.left, y: 0, width: tile, height: Math.max(tile, pixels.height) });
  }

  #start(group: ColumnGroup): Promise<Raster> {
    const under = this.#read.get(group);
    if (under !== undefined) return under;
    const window = { x: group.left, y: 0, width: group.width, height: this.layout.height };
    const reading = readAround(this.slide, this.layout, window, this.signal, this.options.onUnreadable);
    // Its failure is reported when the group is awaited; until then it must not count as unhandled.
    reading.catch(() => undefined);
    this.#read.set(group, reading);
    return reading;
  }
}
