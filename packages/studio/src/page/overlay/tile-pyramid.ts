/** Tiles of coverage and of maps: what the view needs is asked for, and until it is there coarser tiles stand in. */
import { COVERAGE_SIDE } from '../../outlines/coverage/coverage.js';
import { type Box, toDevice, visibleBox } from './camera.js';
import type { TilePlace } from './gl/gpu.js';
import type { ByteCache } from './load/byte-cache.js';
import type { Requests } from './load/requests.js';
import type { Camera } from './overlay.js';

export interface TileSource {
  readonly levels: number;
  /** Level-0 pixels that a pixel of level 0 of the tiles takes; the next level has twice that. */
  readonly texel: { readonly width: number; readonly height: number };
  /** Level-0 pixels that tiles cover. */
  readonly width: number;
  readonly height: number;
  readonly load: (level: number, x: number, y: number, signal: AbortSignal) => Promise<Uint8Array>;
  /** Undefined: there is no context now. */
  readonly upload: (octets: Uint8Array) => WebGLTexture | undefined;
  /** Of a texture. */
  readonly octets: number;
  /** Texels around a tile that belong to its neighbours, so that values are smooth from one to the next. */
  readonly border: number;
}

interface Tile {
  readonly level: number;
  readonly x: number;
  readonly y: number;
}

export interface TileView {
  readonly camera: Camera;
  readonly width: number;
  readonly height: number;
}

export class TilePyramid {
  /** Tiles that show what is no longer so: by key, how often that was said. They stay until they are there anew. */
  readonly #stale = new Map<string, number>();
  #said = 0;

  constructor(
    readonly prefix: string,
    readonly source: TileSource,
    readonly textures: ByteCache<WebGLTexture>,
    readonly requests: Requests,
  ) {}

  /**
   * Paints the tiles of a level that meet the view.
   * @param ask whether to ask for those that are not there
   */
  draw(view: TileView, level: number, ask: boolean, paint: (texture: WebGLTexture, place: TilePlace) => void): void {
    for (const tile of this.#visible(view, level)) {
      if (ask && !this.#isGood(tile)) this.#want(tile);
      for (let up = 0; level + up < this.source.levels; up++) {
        const texture = this.textures.get(this.#key({ level: level + up, x: tile.x >> up, y: tile.y >> up }));
        if (texture === undefined) continue;
        paint(texture, this.#place(view.camera, tile, up));
        break;
      }
    }
  }

  #isGood(tile: Tile): boolean {
    const key = this.#key(tile);
    return this.textures.has(key) && !this.#stale.has(key);
  }

  /** Tiles that meet a box of level-0 pixels are asked for again when they are next seen. */
  renew({ left, top, right, bottom }: Box): void {
    this.#said++;
    for (let level = 0; level < this.source.levels; level++) {
      const { across, down } = this.#spanAt(level);
      for (let y = Math.floor(top / down); y <= Math.floor(bottom / down); y++) {
        for (let x = Math.floor(left / across); x <= Math.floor(right / across); x++) {
          const key = this.#key({ level, x, y });
          if (this.textures.has(key) || this.requests.isRunning(key)) this.#stale.set(key, this.#said);
        }
      }
    }
  }

  /** Level-0 pixels of a tile of a level. */
  #spanAt(level: number): { readonly across: number; readonly down: number } {
    const { width, height } = this.source.texel;
    const texels = COVERAGE_SIDE * 2 ** level;
    return { across: width * texels, down: height * texels };
  }

  #key({ level, x, y }: Tile): string {
    return `${this.prefix}/${level}/${x}_${y}`;
  }

  #want(tile: Tile): void {
    const { load, upload, octets } = this.source;
    const key = this.#key(tile);
    this.requests.want(key, async (signal) => {
      const said = this.#said;
      const loaded = await load(tile.level, tile.x, tile.y, signal);
      const texture = signal.aborted ? undefined : upload(loaded);
      if (texture === undefined) return;
      this.textures.set(key, texture, octets);
      if ((this.#stale.get(key) ?? 0) <= said) this.#stale.delete(key);
    });
  }

  *#visible({ camera, width, height }: TileView, level: number): Generator<Tile> {
    const { across, down } = this.#spanAt(level);
    const box = visibleBox(camera, width, height);
    const first = (edge: number, span: number): number => Math.max(0, Math.floor(edge / span));
    const last = (size: number, edge: number, span: number): number =>
      Math.min(Math.ceil(size / span) - 1, Math.floor(edge / span));
    for (let y = first(box.top, down); y <= last(this.source.height, box.bottom, down); y++) {
      for (let x = first(box.left, across); x <= last(this.source.width, box.right, across); x++) yield { level, x, y };
    }
  }

  /** Where a tile lies; the part of its ancestor that many levels up that is of the same place. */
  #place(camera: Camera, { level, x, y }: Tile, up: number): TilePlace {
    const spans = this.#spanAt(level);
    const corner = toDevice(camera, x * spans.across, y * spans.down);
    const share = 1 / 2 ** up;
    const { border } = this.source;
    const inside = (part: number): number => (border + COVERAGE_SIDE * part) / (COVERAGE_SIDE + 2 * border);
    const [left, top] = [(x & (2 ** up - 1)) * share, (y & (2 ** up - 1)) * share];
    return {
      corner: [corner.x, corner.y],
      right: [camera.a * spans.across, camera.b * spans.across],
      down: [camera.c * spans.down, camera.d * spans.down],
      part: [inside(left), inside(top), inside(left + share), inside(top + share)],
    };
  }
}
