/**
 * Which pieces of which images lie where on a level. An image of a fine level is part of one photo; one of a coarse level holds several photos side by
 * side, which overlap on the slide, so that it is cut where they meet.
 *
 * `formats/placed` is for tiles of pages, which have hundreds of pixels a side. Here the pieces of a coarse level have few, and a window touches ten thousand
 * of them: they are 20 bytes each in one array, and pasted from images that are decoded once, where `formats/placed` makes an object, a promise and a copy
 * for each.
 */
import type { Rect } from '@ftuseg/core';
import { damagedMirax, type ImageRecords } from './index-file.js';
import { hasPosition, type TakenPhotos } from './photo-checks.js';
import { photosOf } from './photo-positions.js';
import type { MiraxLevel, Slidedat } from './slidedat.js';

/** Numbers of a tile in `PlacedTiles.tiles`. */
const TILE = { x: 0, y: 1, sourceX: 2, sourceY: 3, image: 4 } as const;
const TILE_WORDS = 5;

export interface PlacedTiles {
  /** Of each tile: x, y on the level, x, y in its image, and the number of the image. Those behind lie on top. */
  readonly tiles: Int32Array;
  readonly width: number;
  readonly height: number;
}

export interface PlacedTile {
  readonly x: number;
  readonly y: number;
  readonly sourceX: number;
  readonly sourceY: number;
  readonly image: number;
}

export function tileAt({ tiles }: PlacedTiles, number: number): PlacedTile {
  const get = (word: number): number => tiles[number * TILE_WORDS + word] ?? 0;
  return {
    x: get(TILE.x),
    y: get(TILE.y),
    sourceX: get(TILE.sourceX),
    sourceY: get(TILE.sourceY),
    image: get(TILE.image),
  };
}

export const tileCount = ({ tiles }: PlacedTiles): number => tiles.length / TILE_WORDS;

/** Where each tile lies on its level. */
export function* tilesOf(placed: PlacedTiles): Generator<Rect> {
  const { width, height } = placed;
  for (let i = 0; i < tileCount(placed); i++) {
    const { x, y } = tileAt(placed, i);
    yield { x, y, width, height };
  }
}

/** Whether an image of the level can be cut at whole pixels. */
export function isCuttable({ width, height, concat }: MiraxLevel, { divisions }: Slidedat): boolean {
  const pieces = Math.max(1, concat / divisions);
  return Number.isInteger(pieces) && width % pieces === 0 && height % pieces === 0;
}

/** `images` are filled while the first level is placed, and nothing else is placed on others. */
export interface Photos extends TakenPhotos {
  /** Tiles that all levels together may still have; a few images must not stand for millions. */
  left: number;
  /** For messages. */
  readonly subject: string;
}

/**
 * @throws {SlideError} `bad-input` for images that have no place, or share one
 */
export function placeTiles(slidedat: Slidedat, level: MiraxLevel, records: ImageRecords, photos: Photos): PlacedTiles {
  const { across, down, divisions } = slidedat;
  const [base] = slidedat.levels;
  const { positions, images, subject } = photos;
  const isFirst = level === base;
  const { concat } = level;
  const pieces = Math.max(1, concat / divisions);
  const [width, height] = [level.width / pieces, level.height / pieces];
  const perRow = photosOf(slidedat).across;
  const numbers: number[] = [];
  const order: { readonly at: number; readonly key: number }[] = [];
  const seen = new Set<number>();
  for (let i = 0; i < records.length; i += 4) {
    const place = records[i] ?? -1;
    const [x, y] = [place % across, Math.floor(place / across)];
    if (place < 0 || y >= down || x % concat !== 0 || y % concat !== 0 || seen.has(place)) {
      throw damagedMirax(
        subject,
        `Index.dat: an image of ${concat} x ${concat} images at place ${place} is impossible`,
      );
    }
    seen.add(place);
    for (let lower = 0; lower < pieces; lower++) {
      for (let right = 0; right < pieces; right++) {
        const [column, row] = [x + right * divisions, y + lower * divisions];
        if (column >= across || row >= down) break;
        const [photoX, photoY] = [Math.floor(column / divisions), Math.floor(row / divisions)];
        const photo = photoY * perRow + photoX;
        if (photoX >= perRow || photo >= images.length) {
          // A coarse image has blank parts beyond the last photo.
          if (!isFirst || pieces > 1) continue;
          throw damagedMirax(subject, `Index.dat: the image at place ${place} belongs to no photo`);
        }
        const [left = 0, top = 0] = [positions[2 * photo], positions[2 * photo + 1]];
        if (isFirst) images[photo] = (images[photo] ?? 0) + 1;
        if ((images[photo] ?? 0) === 0 || !hasPosition(positions, photo)) continue;
        if (photos.left-- === 0) throw damagedMirax(subject, 'its few images stand for too many photos');
        const shownX = (left + base.width * (column - photoX * divisions)) / concat;
        const shownY = (top + base.height * (row - photoY * divisions)) / concat;
        order.push({ at: numbers.length, key: row * across + column });
        numbers.push(Math.round(shownX), Math.round(shownY), right * width, lower * height, i / 4);
      }
    }
  }
  order.sort((a, b) => a.key - b.key);
  const tiles = new Int32Array(numbers.length);
  for (const [n, { at }] of order.entries()) {
    for (let word = 0; word < TILE_WORDS; word++) tiles[n * TILE_WORDS + word] = numbers[at + word] ?? 0;
  }
  return { tiles, width, height };
}
