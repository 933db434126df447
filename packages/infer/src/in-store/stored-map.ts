/** A class's probabilities out of the bands of a store, as tiles of the pyramid that `ftu predict` writes, while it is predicted and afterwards. */
import { emptyRaster, type Raster, type Rect, raster } from '@ftuseg/core';
import { halve } from '@ftuseg/slide/browser';
import { type BandFile, partAt } from '../band-store/band-file.js';
import { wholeBands } from '../band-store/band-store.js';
import type { FileStore } from '../file-store/file-store.js';
import { temperedOctets } from '../model/calibration.js';
import { readMapFacts } from './result-files.js';

export interface StoredMap {
  readonly width: number;
  readonly height: number;
  readonly levels: number;
  /** 256 x 256 octets, 255 for 1; beyond the map, and where no band is yet, 0. */
  readonly tile: (level: number, x: number, y: number) => Promise<ArrayBuffer>;
}

const TILE = 256;
/** Tiles above level 0 that are held: 64 MiB. */
const MAX_HELD = 1024;

/**
 * The map as it is now: what is predicted later shows when the map is opened again.
 * @param klass index of the class
 * @returns undefined where nothing is predicted yet
 * @throws {FtuError} `io`, or what the store throws
 * @example
 * const map = await openProbabilityMap(store, 0);
 * const octets = new Uint8Array((await map?.tile(0, 0, 0)) ?? new ArrayBuffer(0));
 */
export async function openProbabilityMap(store: FileStore, klass: number): Promise<StoredMap | undefined> {
  const facts = await readMapFacts(store);
  const bands = facts === undefined ? [] : await wholeBands(store);
  const [first] = bands;
  if (facts === undefined || first === undefined || klass >= first.header.classes) return undefined;
  const { width, height } = facts;
  const shown = temperedOctets(facts.temperature);
  const held = new Map<string, Promise<Raster>>();
  let levels = 1;
  const sizeAt = (level: number): { width: number; height: number } => {
    let size = { width, height };
    for (let i = 0; i < level; i++) size = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) };
    return size;
  };
  while (sizeAt(levels - 1).width > TILE || sizeAt(levels - 1).height > TILE) levels++;

  const placeOf = (level: number, x: number, y: number): Rect => {
    const size = sizeAt(level);
    const [left, top] = [x * TILE, y * TILE];
    return { x: left, y: top, width: Math.min(TILE, size.width - left), height: Math.min(TILE, size.height - top) };
  };
  const finest = async (place: Rect): Promise<Raster> => {
    const out = emptyRaster(place.width, place.height, 1);
    for (const band of bands) {
      const { left, columns } = band.header;
      if (left < place.x + place.width && left + columns > place.x) await copyPlane(store, band, klass, place, out);
    }
    for (let i = 0; i < out.data.length; i++) out.data[i] = shown[out.data[i] as number] as number;
    return out;
  };
  /** Twice as large, out of the four tiles of the level below. */
  const fromBelow = async (level: number, x: number, y: number, place: Rect): Promise<Raster> => {
    const below = sizeAt(level - 1);
    const size = {
      width: Math.min(2 * place.width, below.width - 2 * place.x),
      height: Math.min(2 * place.height, below.height - 2 * place.y),
    };
    const joined = emptyRaster(size.width, size.height, 1);
    for (const [dx, dy] of [[0, 0] as const, [1, 0] as const, [0, 1] as const, [1, 1] as const]) {
      if (dx * TILE >= size.width || dy * TILE >= size.height) continue;
      const part = await pixels(level - 1, 2 * x + dx, 2 * y + dy);
      for (let row = 0; row < part.height; row++) {
        const line = part.data.subarray(row * part.width, (row + 1) * part.width);
        joined.data.set(line, (dy * TILE + row) * size.width + dx * TILE);
      }
    }
    return halve(joined, 'mean');
  };
  const pixels = (level: number, x: number, y: number): Promise<Raster> => {
    const place = placeOf(level, x, y);
    if (level === 0) return finest(place);
    const key = `${level} ${x} ${y}`;
    const known = held.get(key);
    if (known !== undefined) return known;
    const made = fromBelow(level, x, y, place);
    const [oldest] = held.keys();
    if (held.size >= MAX_HELD && oldest !== undefined) held.delete(oldest);
    held.set(key, made);
    made.catch(() => held.delete(key));
    return made;
  };
  const tile = async (level: number, x: number, y: number): Promise<ArrayBuffer> => {
    const out = new Uint8Array(TILE * TILE);
    const place = level >= 0 && level < levels && x >= 0 && y >= 0 ? placeOf(level, x, y) : undefined;
    if (place === undefined || place.width <= 0 || place.height <= 0) return out.buffer;
    const part = await pixels(level, x, y);
    for (let row = 0; row < part.height; row++) {
      out.set(part.data.subarray(row * part.width, (row + 1) * part.width), row * TILE);
    }
    return out.buffer;
  };
  return { width, height, levels, tile };
}

/** Copies what a band has of a class in a place of the grid; only the rows that are needed are read. */
async function copyPlane(store: FileStore, band: BandFile, klass: number, place: Rect, out: Raster): Promise<void> {
  const { left, columns, classes } = band.header;
  const rowLength = columns * classes;
  const at = partAt(band, 'probability');
  const range = { offset: at.offset + place.y * rowLength, length: place.height * rowLength };
  const bytes = await store.read(band.name, range);
  if (bytes === undefined) return;
  const rows = raster(columns, Math.floor(bytes.length / rowLength), classes, bytes);
  const [from, to] = [Math.max(left, place.x), Math.min(left + columns, place.x + place.width)];
  for (let y = 0; y < Math.min(rows.height, place.height); y++) {
    for (let x = from; x < to; x++) {
      out.data[y * out.width + x - place.x] = rows.data[y * rowLength + (x - left) * classes + klass] as number;
    }
  }
}
