/** One set of outlines: what of it the view shows, what is there of that, and what is still to come. */
import Flatbush from 'flatbush';
import { COVERAGE_OCTETS, coverageLevels } from '../../outlines/coverage.js';
import { DETAIL_LEVELS, toleranceOf } from '../../outlines/index-layout.js';
import { polygonsIn, readChunk } from '../../outlines/outline-chunk.js';
import { type OutlineIndex, readIndex } from '../../outlines/outline-index.js';
import { COORDINATE_STEPS, type FlatPolygon } from '../../protocol/objects.js';
import type { Point } from '../tools/tool.js';
import { visibleBox } from './camera.js';
import { coverageLevelAt, type Detail, type DetailNeed, detailAt } from './detail.js';
import { costOf, type DrawnChunk, drawChunks } from './draw-chunks.js';
import { type ChunkBuffers, uploadChunk } from './gl/chunk-buffers.js';
import type { Gpu } from './gl/gpu.js';
import { ObjectStates } from './gl/object-states.js';
import { Palette } from './gl/palette.js';
import { coverageTexture } from './gl/textures.js';
import type { OutlineSource, OutlineStyle } from './overlay.js';
import { pickObject } from './pick.js';
import { boxStrip, type Strip } from './prepare/strips.js';
import type { Frame, KeptChunk, Shared } from './shared.js';
import { TilePyramid } from './tile-pyramid.js';

/** Device pixels: the least side of a marker around a selected object that is too small for its outline. */
const MIN_MARKER = 9;

/** What there is once the index has come. */
interface Opened {
  readonly index: OutlineIndex;
  readonly tree: Flatbush | undefined;
  readonly states: ObjectStates;
  readonly coverage: TilePyramid;
}

export class OutlineLayer {
  style: OutlineStyle | undefined;
  #opened: Opened | undefined;
  #hidden: ReadonlySet<string> = new Set();
  #selection: ReadonlySet<string> = new Set();
  readonly #palette = new Palette();
  /** Corners that are left of a chunk at a level of detail, where they were counted. */
  readonly #counted = new Map<number, number>();
  /** Chunks that the view shows. */
  #visible: readonly number[] = [];
  readonly #asked = new Map<number, Promise<KeptChunk>>();
  readonly #never = new AbortController();

  /** @param key unlike that of every other layer there has been */
  constructor(
    readonly key: string,
    readonly source: OutlineSource,
    readonly shared: Shared,
  ) {}

  /** Asks for the index if it is not there. */
  get isOpen(): boolean {
    if (this.#opened !== undefined) return true;
    this.shared.requests.want(`${this.key}/index`, async () => {
      if (this.#opened === undefined) this.#open(readIndex(await this.source.index()));
    });
    return false;
  }

  #open(index: OutlineIndex): void {
    const { chunks, chunkBoxes } = index;
    const tree = chunks === 0 ? undefined : new Flatbush(chunks, 16, Int32Array);
    for (let i = 0; i < chunks; i++) {
      const [left = 0, top = 0, right = 0, bottom = 0] = chunkBoxes.subarray(4 * i, 4 * i + 4);
      tree?.add(left, top, right, bottom);
    }
    tree?.finish();
    const source = {
      levels: coverageLevels(index),
      texel: 1,
      width: index.width,
      height: index.height,
      load: (level: number, x: number, y: number, signal: AbortSignal) => this.source.coverage(level, x, y, signal),
      upload: (octets: Uint8Array) => {
        const gl = this.shared.gpu?.gl;
        return gl === undefined ? undefined : coverageTexture(gl, 256, octets);
      },
      octets: COVERAGE_OCTETS,
    };
    const { textures, requests } = this.shared;
    const coverage = new TilePyramid(`${this.key}/coverage`, source, textures, requests);
    this.#opened = { index, tree, states: new ObjectStates(index.classOf), coverage };
    const [hidden, selection] = [this.#hidden, this.#selection];
    [this.#hidden, this.#selection] = [new Set(), new Set()];
    this.hide(hidden);
    this.select(selection);
  }

  hide(ids: ReadonlySet<string>): void {
    this.#mark(this.#hidden, ids, (states, object, yes) => states.hide(object, yes));
    this.#hidden = ids;
  }

  select(ids: ReadonlySet<string>): void {
    this.#mark(this.#selection, ids, (states, object, yes) => states.select(object, yes));
    this.#selection = ids;
  }

  #mark(
    before: ReadonlySet<string>,
    after: ReadonlySet<string>,
    set: (states: ObjectStates, object: number, yes: boolean) => void,
  ): void {
    if (this.#opened === undefined) return;
    const { index, states } = this.#opened;
    const each = (ids: ReadonlySet<string>, others: ReadonlySet<string>, yes: boolean): void => {
      for (const id of ids) {
        const object = others.has(id) ? -1 : index.find(id);
        if (object >= 0) set(states, object, yes);
      }
    };
    each(before, after, false);
    each(after, before, true);
  }

  #search(left: number, top: number, right: number, bottom: number): readonly number[] {
    return this.#opened?.tree?.search(left, top, right, bottom) ?? [];
  }

  /** What the view takes; the view's chunks are looked up. */
  need(frame: Frame): DetailNeed {
    const index = this.#opened?.index;
    if (index === undefined || this.style === undefined) return { full: 0, simple: 0, octets: 0 };
    const { left, top, right, bottom } = visibleBox(frame.camera, frame.width, frame.height);
    const steps = COORDINATE_STEPS;
    this.#visible = this.#search(left * steps, top * steps, right * steps, bottom * steps);
    const level = detailAt(frame.scale);
    let [full, simple, octets] = [0, 0, 0];
    for (const chunk of this.#visible) {
      full += index.chunkVertices[chunk] as number;
      octets += index.chunkOctets[chunk] as number;
      const estimate = index.chunkDetail[DETAIL_LEVELS * chunk + level] as number;
      simple += this.#counted.get(DETAIL_LEVELS * chunk + level) ?? estimate;
    }
    const cost = costOf(this.style);
    return { full: cost * full, simple: cost * simple, octets };
  }

  draw(gpu: Gpu, frame: Frame, detail: Detail, budget: number): number {
    const { style } = this;
    const opened = this.#opened;
    if (opened === undefined || style === undefined) return 0;
    if (detail === 'coverage') {
      this.#drawCoverage(gpu, opened, frame, style, true);
      return 0;
    }
    const level = detail === 'full' ? 0 : detailAt(frame.scale);
    const drawn: DrawnChunk[] = [];
    let [left, missing] = [budget / costOf(style), false];
    for (const chunk of this.#visible) {
      const exact = this.shared.buffers.get(this.#bufferKey(chunk, level));
      if (exact === undefined) this.#want(chunk, level);
      const buffers = exact ?? this.#standIn(chunk, level, left);
      if (buffers === undefined) {
        missing = true;
        continue;
      }
      left -= buffers.count;
      drawn.push({ buffers, base: opened.index.chunkFirst[chunk] as number });
    }
    // The estimate was too low: the next frame knows better.
    const tooMany = left < 0;
    if (missing || tooMany) this.#drawCoverage(gpu, opened, frame, style, tooMany);
    if (tooMany) return 0;
    const { gl } = gpu;
    const { octets, texture } = this.#palette.on(gl, opened.index.classes, style.colours);
    const look = {
      states: opened.states.texture(gl),
      palette: texture,
      lineWidth: style.lineWidth,
      dashed: style.dashed,
    };
    drawChunks(gpu, frame, drawn, COORDINATE_STEPS, { ...style, palette: octets, look });
    return drawn.length;
  }

  /** Markers for selected objects that are drawn by coverage alone, in level-0 pixels. */
  markers(frame: Frame, most: number): Strip[] {
    const index = this.#opened?.index;
    if (index === undefined) return [];
    const least = MIN_MARKER / frame.scale / 2;
    const strips: Strip[] = [];
    for (const id of this.#selection) {
      const object = index.find(id);
      if (object < 0 || this.#opened?.states.isHidden(object) === true) continue;
      if (strips.length === most) break;
      const [left = 0, top = 0, right = 0, bottom = 0] = index.boxes.subarray(4 * object, 4 * object + 4);
      const [x, y] = [(left + right) / 2 / COORDINATE_STEPS, (top + bottom) / 2 / COORDINATE_STEPS];
      const across = Math.max(least, (right - left) / 2 / COORDINATE_STEPS);
      const down = Math.max(least, (bottom - top) / 2 / COORDINATE_STEPS);
      strips.push(boxStrip(x - across, y - down, x + across, y + down));
    }
    return strips;
  }

  #drawCoverage(gpu: Gpu, { index, coverage }: Opened, frame: Frame, style: OutlineStyle, ask: boolean): void {
    const { texture } = this.#palette.on(gpu.gl, index.classes, style.colours);
    const level = coverageLevelAt(frame.scale, index);
    gpu.clipped(style.clip, () => {
      coverage.draw(frame, level, ask, (picture, place) => gpu.coverage(picture, place, texture, style.opacity));
    });
  }

  #bufferKey(chunk: number, level: number): string {
    return `${this.key}/${chunk}/${level}`;
  }

  /** The same chunk at another level of detail, if there is one that the frame can take. */
  #standIn(chunk: number, level: number, vertices: number): ChunkBuffers | undefined {
    const { buffers } = this.shared;
    for (let apart = 1; apart < DETAIL_LEVELS; apart++) {
      for (const other of [level + apart, level - apart]) {
        if (other < 0 || other >= DETAIL_LEVELS || !buffers.has(this.#bufferKey(chunk, other))) continue;
        const found = buffers.get(this.#bufferKey(chunk, other));
        if (found !== undefined && found.count <= vertices) return found;
      }
    }
    return undefined;
  }

  #want(chunk: number, level: number): void {
    const key = this.#bufferKey(chunk, level);
    this.shared.requests.want(key, async (signal) => {
      const index = this.#opened?.index;
      if (index === undefined) return;
      const { buffer } = await this.#load(chunk, signal);
      const classOf = index.classOf.subarray(index.chunkFirst[chunk], index.chunkFirst[chunk + 1]);
      const tolerance = toleranceOf(level) * COORDINATE_STEPS;
      const prepared = await this.shared.preparer.prepare(buffer, classOf, tolerance);
      this.#counted.set(DETAIL_LEVELS * chunk + level, prepared.count);
      const gl = this.shared.gpu?.gl;
      if (signal.aborted || gl === undefined) return;
      const buffers = uploadChunk(gl, prepared);
      this.shared.buffers.set(key, buffers, buffers.octets);
    });
  }

  async #load(chunk: number, signal: AbortSignal): Promise<KeptChunk> {
    const key = `${this.key}/${chunk}`;
    const known = this.shared.chunks.get(key);
    if (known !== undefined) return known;
    const buffer = await this.source.chunk(chunk, signal);
    const kept = { buffer, chunk: readChunk(buffer) };
    this.shared.chunks.set(key, kept, buffer.byteLength);
    return kept;
  }

  /** A chunk whatever the view shows. */
  #ask(chunk: number): Promise<KeptChunk> {
    const asked = this.#asked.get(chunk);
    if (asked !== undefined) return asked;
    const asking = this.#load(chunk, this.#never.signal).finally(() => this.#asked.delete(chunk));
    this.#asked.set(chunk, asking);
    return asking;
  }

  pick(point: Point, scale: number): { readonly id: string; readonly area: number } | undefined {
    if (this.#opened === undefined) return undefined;
    const { index, states } = this.#opened;
    const object = pickObject(index, (left, top, right, bottom) => this.#search(left, top, right, bottom), {
      point,
      scale,
      isHidden: (one) => states.isHidden(one),
      chunk: (number) => {
        const kept = this.shared.chunks.get(`${this.key}/${number}`);
        if (kept === undefined) this.#ask(number).catch(() => undefined);
        return kept?.chunk;
      },
    });
    return object < 0 ? undefined : { id: index.idOf(object), area: index.areas[object] as number };
  }

  /** @throws what the source throws */
  async polygonsOf(id: string): Promise<readonly FlatPolygon[] | undefined> {
    if (this.#opened === undefined) this.#open(readIndex(await this.source.index()));
    const index = this.#opened?.index;
    const object = index?.find(id) ?? -1;
    if (index === undefined || object < 0) return undefined;
    const number = index.chunkOf(object);
    const { chunk } = await this.#ask(number);
    return polygonsIn(chunk, object - (index.chunkFirst[number] as number));
  }

  /** The context is gone. */
  lost(): void {
    this.#opened?.states.lost();
    this.#palette.lost();
  }

  close(): void {
    this.#never.abort();
    const gl = this.shared.gpu?.gl;
    if (gl === undefined) return;
    this.#opened?.states.release(gl);
    this.#palette.release(gl);
  }
}
