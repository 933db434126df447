/** Tiles of all slides as JPEG: out of the file as they are where that can be, else cut and encoded; cached, and made once for all who ask. */
import { createHash } from 'node:crypto';
import { FtuError, type Raster, resizeArea } from '@ftuseg/core';
import { fileIdentity, usableThreads } from '@ftuseg/files';
import { ByteCache, displayColours, encodeJpegTile, halveStrip, type Slide } from '@ftuseg/slide';
import type { ProfileUse, TileColours } from '../../protocol/slides.js';
import { finestLevel, MAX_OVERVIEW_BYTES, Overviews, overviewBytes } from '../../tiles/overview.js';
import { readTile } from '../../tiles/read-tile.js';
import { ShownColours } from '../../tiles/shown-colours.js';
import { type Place, type TileGrid, tileBox, tileGrid } from '../../tiles/tile-grid.js';
import type { StudioSlide } from '../context.js';
import { Gate } from './gate.js';

const QUALITY = 85;
const MAX_WAITING = 2000;
const DEFAULT_CACHE_BYTES = 256 << 20;
/** Changes when the same file gives other tiles. */
const FORMAT = 2;

interface KnownSlide {
  readonly grid: TileGrid;
  /** Number of the finest level that can be had whole. */
  readonly finest: number;
  /** Of the file's size and time: tiles of another version have other marks. */
  readonly version: string;
}

export class TileStore {
  readonly #tiles: ByteCache<Uint8Array>;
  readonly #overviews = new Overviews(
    (picture) => halveStrip(picture, 'picture'),
    new ByteCache(MAX_OVERVIEW_BYTES, overviewBytes),
  );
  readonly #colours = new ShownColours(displayColours);
  readonly #known = new Map<string, Promise<KnownSlide>>();
  readonly #gate = new Gate(2 * usableThreads(), MAX_WAITING);
  /** Thumbnails and whole pictures read much at once: one at a time, so that tiles of the slide in view do not wait behind them. */
  readonly #wholeGate = new Gate(1, MAX_WAITING);

  /** @param cacheBytes of JPEG that are held at most */
  constructor(cacheBytes: number = DEFAULT_CACHE_BYTES) {
    this.#tiles = new ByteCache(cacheBytes, ({ length }) => length);
  }

  /** Of JPEG that are held now. */
  get bytes(): number {
    return this.#tiles.bytes;
  }

  async grid(slide: StudioSlide): Promise<TileGrid> {
    return (await this.#look(slide)).grid;
  }

  /** What is said of the colours of tiles in sRGB. */
  profileUse(open: Slide): Promise<ProfileUse> {
    return this.#colours.useOf(open);
  }

  /** A strong entity tag, without quotes, of what has a name within the slide. */
  async mark(slide: StudioSlide, name: string): Promise<string> {
    return `${(await this.#look(slide)).version}-${name}`;
  }

  /**
   * @param colours `stored`: without the slide's ICC profile
   * @returns undefined for a place that the slide does not have
   * @throws what says why the slide cannot be read; FtuError `cancelled`, `unavailable`
   */
  async tile(
    slide: StudioSlide,
    place: Place,
    colours: TileColours,
    signal: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    const { grid, version, finest } = await this.#look(slide);
    const box = tileBox(grid, place);
    if (box === undefined) return undefined;
    const { level, column, row } = place;
    return this.#make(
      `${slide.id} ${version} ${colours} ${level} ${column} ${row}`,
      slide,
      async (open, all) => {
        const { stored, sameTiles } = box.level;
        const own = stored === undefined ? undefined : open.levels[stored];
        const whole = box.columns === grid.tileSize && box.rows === grid.tileSize;
        const recolour = colours === 'stored' ? undefined : await this.#colours.recolourOf(open);
        if (recolour === undefined && sameTiles && stored !== undefined && own !== undefined && whole) {
          const inside = box.left + box.columns <= own.width && box.top + box.rows <= own.height;
          const found = inside ? await open.readJpegTile?.({ level: stored, column, row }, { signal: all }) : undefined;
          if (found !== undefined) return found;
        }
        const small = async (): Promise<Raster | undefined> =>
          level > finest ? undefined : (await this.#overview(slide, open, all)).level(level);
        const pixels = await readTile(open, box, small, all);
        return encodeJpegTile(recolour?.(pixels) ?? pixels, QUALITY);
      },
      { gate: this.#gate, signal },
    );
  }

  /** The whole slide in sRGB at one of its coarse levels; undefined for a finer one. */
  async whole(slide: StudioSlide, level: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const { version, finest } = await this.#look(slide);
    if (level > finest) return undefined;
    return this.#make(
      `${slide.id} ${version} whole ${level}`,
      slide,
      async (open, all) => {
        const picture = (await this.#overview(slide, open, all)).level(level);
        if (picture === undefined) throw new FtuError('not-found', `there is no level ${level}`);
        return encodeJpegTile(await this.#shown(open, picture), QUALITY);
      },
      { gate: this.#wholeGate, signal },
    );
  }

  /** Number of the finest level that `whole` gives. */
  async finest(slide: StudioSlide): Promise<number> {
    return (await this.#look(slide)).finest;
  }

  /** In sRGB. @param side of the longer edge at most, pixels */
  async thumbnail(slide: StudioSlide, side: number, signal: AbortSignal): Promise<Uint8Array> {
    const { grid, version } = await this.#look(slide);
    return this.#make(
      `${slide.id} ${version} thumbnail ${side}`,
      slide,
      async (open, all) => {
        const overview = await this.#overview(slide, open, all);
        const fitting = grid.levels.findIndex(({ width, height }) => Math.max(width, height) >= side);
        const picture = overview.level(Math.min(fitting < 0 ? overview.finest : fitting, overview.finest));
        if (picture === undefined) throw new FtuError('not-found', 'the slide has no pixels');
        const shrink = Math.max(1, Math.max(picture.width, picture.height) / side);
        const [width, height] = [picture.width, picture.height].map((length) =>
          Math.max(1, Math.round(length / shrink)),
        ) as [number, number];
        const small = shrink === 1 ? picture : resizeArea(picture, width, height);
        return encodeJpegTile(await this.#shown(open, small), QUALITY);
      },
      { gate: this.#wholeGate, signal },
    );
  }

  async #shown(open: Slide, picture: Raster): Promise<Raster> {
    return (await this.#colours.recolourOf(open))?.(picture) ?? picture;
  }

  async #overview(slide: StudioSlide, open: Slide, signal: AbortSignal) {
    const { grid, version } = await this.#look(slide);
    return this.#overviews.of(`${slide.id} ${version}`, open, grid, signal);
  }

  #make(
    key: string,
    slide: StudioSlide,
    work: (open: Slide, signal: AbortSignal) => Promise<Uint8Array>,
    { gate, signal }: { readonly gate: Gate; readonly signal: AbortSignal },
  ): Promise<Uint8Array> {
    const make = (all: AbortSignal): Promise<Uint8Array> => gate.run(() => slide.use((open) => work(open, all)), all);
    return this.#tiles.get(key, make, signal);
  }

  #look(slide: StudioSlide): Promise<KnownSlide> {
    const known = this.#known.get(slide.id);
    if (known !== undefined) return known;
    const looking = slide.use(async (open): Promise<KnownSlide> => {
      const { bytes, modified, etag = '' } = await fileIdentity(slide.row.image);
      const grid = tileGrid(open);
      const facts = [FORMAT, QUALITY, grid.tileSize, bytes, modified, etag];
      const version = createHash('sha256').update(facts.join(' ')).digest('base64url').slice(0, 12);
      return { grid, finest: finestLevel(open, grid), version };
    });
    looking.catch(() => this.#known.delete(slide.id));
    this.#known.set(slide.id, looking);
    return looking;
  }
}
