/**
 * Mean probabilities of a slide from overlapping tiles, row by row: a row is handed over, and its memory used again, as soon as no further tile
 * lies on it. So memory goes by the height of a tile, not by that of the slide.
 */
import type { Rect } from '@ftuseg/core';

/** Neighbouring rows of a slide to which no tile will be added. */
export interface MeanRows {
  /** First row, and how many. */
  readonly top: number;
  readonly rows: number;
  /** Mean probability, classes x rows x width; 0 where there was no tile. */
  readonly probability: Float32Array;
  /** Tiles over each pixel, rows x width. */
  readonly counts: Uint16Array;
}

export class RowMeans {
  readonly #width: number;
  readonly #height: number;
  readonly #classes: number;
  readonly #onRows: (rows: MeanRows) => void;
  /** For each tile the first row on which it or a later one lies. */
  readonly #firstRows: Int32Array;
  /** Rows that are held at once; row y is in place y % capacity. */
  readonly #capacity: number;
  /** classes x capacity x width */
  readonly #sums: Float32Array;
  /** capacity x width */
  readonly #counts: Uint16Array;
  /** Tiles so far, the first row that is held, and one past the last row of any tile so far. */
  #taken = 0;
  #top = 0;
  #bottom = 0;

  /**
   * @param places every tile that will be added, in that order: from the top down, or more rows are held
   * @param atOnce tiles of one call of `add`, at most
   * @param onRows is given all rows that any tile lies on, from the top; where tiles are far apart, without most of those between them
   */
  constructor(
    size: { readonly width: number; readonly height: number },
    classes: number,
    places: readonly Rect[],
    atOnce: number,
    onRows: (rows: MeanRows) => void,
  ) {
    this.#width = size.width;
    this.#height = size.height;
    this.#classes = classes;
    this.#onRows = onRows;
    this.#firstRows = new Int32Array(places.length + 1).fill(size.height);
    for (let i = places.length - 1; i >= 0; i--) {
      this.#firstRows[i] = Math.min(this.#firstRows[i + 1] as number, places[i]?.y ?? 0);
    }
    let [most, bottom] = [0, 0];
    for (let first = 0; first < places.length; first += atOnce) {
      for (const place of places.slice(first, first + atOnce)) bottom = Math.max(bottom, this.#bottomOf(place));
      most = Math.max(most, bottom - (this.#firstRows[first] as number));
    }
    this.#capacity = most;
    this.#sums = new Float32Array(classes * most * size.width);
    this.#counts = new Uint16Array(most * size.width);
  }

  #bottomOf(place: Rect): number {
    return Math.min(place.y + place.height, this.#height);
  }

  /** @param probability of the next tiles, N x classes x tile x tile; what hangs over the slide's border is left out */
  add(probability: ArrayLike<number | bigint>, places: readonly Rect[]): void {
    const [width, classes, capacity] = [this.#width, this.#classes, this.#capacity];
    const [sums, counts] = [this.#sums, this.#counts];
    // Rows between two tiles, on which none lies, are never held.
    this.#top = this.#firstRows[this.#taken] as number;
    places.forEach((place, n) => {
      const right = Math.min(place.width, width - place.x);
      const bottom = this.#bottomOf(place);
      for (let y = place.y; y < bottom; y++) {
        const row = (y % capacity) * width + place.x;
        for (let c = 0; c < classes; c++) {
          let from = ((n * classes + c) * place.height + y - place.y) * place.width;
          let to = c * capacity * width + row;
          for (let x = 0; x < right; x++) {
            sums[to] = (sums[to] as number) + (probability[from++] as number);
            to++;
          }
        }
        for (let x = row; x < row + right; x++) counts[x] = (counts[x] as number) + 1;
      }
      this.#bottom = Math.max(this.#bottom, bottom);
    });
    this.#taken += places.length;
    this.#handOver(Math.min(this.#firstRows[this.#taken] as number, this.#bottom));
  }

  /** Hands over the rows above `end`. */
  #handOver(end: number): void {
    const rows = end - this.#top;
    if (rows <= 0) return;
    const [width, classes, capacity] = [this.#width, this.#classes, this.#capacity];
    const probability = new Float32Array(classes * rows * width);
    const counts = new Uint16Array(rows * width);
    for (let y = 0; y < rows; y++) {
      const place = ((this.#top + y) % capacity) * width;
      counts.set(this.#counts.subarray(place, place + width), y * width);
      this.#counts.fill(0, place, place + width);
      for (let c = 0; c < classes; c++) {
        const from = c * capacity * width + place;
        const to = (c * rows + y) * width;
        for (let x = 0; x < width; x++) {
          probability[to + x] = (this.#sums[from + x] as number) / Math.max(1, counts[y * width + x] as number);
        }
        this.#sums.fill(0, from, from + width);
      }
    }
    this.#onRows({ top: this.#top, rows, probability, counts });
    this.#top = end;
  }
}
