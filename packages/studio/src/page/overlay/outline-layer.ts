/** One set of outlines on the screen: what of it the view shows, what is there of that, and what is still to come. */
import { COVERAGE_OCTETS, coverageLevels } from '../../outlines/coverage/coverage.js';
import { DETAIL_LEVELS, toleranceOf } from '../../outlines/index-layout.js';
import type { OutlineIndex } from '../../outlines/outline-index.js';
import { COORDINATE_STEPS } from '../../protocol/objects.js';
import { visibleBox } from './camera.js';
import { coverageLevelAt, type Detail, type DetailNeed, detailAt } from './detail.js';
import { costOf, type DrawnChunk, drawChunks } from './draw-chunks.js';
import { type ChunkBuffers, uploadChunk } from './gl/chunk-buffers.js';
import type { Gpu } from './gl/gpu.js';
import { Palette } from './gl/palette.js';
import { coverageTexture } from './gl/textures.js';
import { OutlineData } from './outline-data.js';
import type { OutlineSource, OutlineStyle } from './overlay.js';
import { markerAround, type Strip } from './prepare/strips.js';
import type { Frame, Shared } from './shared.js';
import { TilePyramid } from './tile-pyramid.js';

/** Device pixels: the least side of a marker around a selected object that is too small for its outline. */
const MIN_MARKER = 9;

export class OutlineLayer {
  style: OutlineStyle | undefined;
  readonly data: OutlineData;
  #coverage: TilePyramid | undefined;
  readonly #palette = new Palette();
  /** Corners that are left of a chunk at a level of detail, where they were counted. */
  readonly #counted = new Map<number, number>();
  /** Chunks that the view shows. */
  #visible: readonly number[] = [];

  /** @param key unlike that of every other layer there has been */
  constructor(
    readonly key: string,
    source: OutlineSource,
    readonly shared: Shared,
  ) {
    this.data = new OutlineData(key, source, shared, {
      opened: (index) => {
        this.#coverage = this.#coverageOf(index);
      },
      hidden: (object) => this.#coverage?.renew(this.data.boxOf(object)),
    });
  }

  #coverageOf(index: OutlineIndex): TilePyramid {
    const { textures, requests } = this.shared;
    const source = {
      levels: coverageLevels(index),
      texel: { width: 1, height: 1 },
      width: index.width,
      height: index.height,
      load: (level: number, x: number, y: number, signal: AbortSignal) =>
        this.data.coverageTile({ level, x, y }, signal),
      upload: (octets: Uint8Array) => {
        const gl = this.shared.gpu?.gl;
        return gl === undefined ? undefined : coverageTexture(gl, 256, octets);
      },
      octets: COVERAGE_OCTETS,
      border: 0,
    };
    return new TilePyramid(`${this.key}/coverage`, source, textures, requests);
  }

  /** What the view takes; the view's chunks are looked up. */
  need(frame: Frame): DetailNeed {
    const index = this.data.opened?.index;
    if (index === undefined || this.style === undefined) return { full: 0, simple: 0, octets: 0 };
    const { left, top, right, bottom } = visibleBox(frame.camera, frame.width, frame.height);
    const steps = COORDINATE_STEPS;
    this.#visible = this.data.search(left * steps, top * steps, right * steps, bottom * steps);
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

  /**
   * @param budget vertices
   * @returns chunks that were drawn
   */
  draw(gpu: Gpu, frame: Frame, detail: Detail, budget: number): number {
    const { style } = this;
    const { opened } = this.data;
    if (opened === undefined || style === undefined) return 0;
    if (detail === 'coverage') {
      this.#drawCoverage(gpu, frame, true);
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
    if (missing || tooMany) this.#drawCoverage(gpu, frame, tooMany);
    if (tooMany) return 0;
    const { octets, texture } = this.#palette.on(gpu.gl, opened.index.classes, style.colours);
    const states = opened.states.texture(gpu.gl);
    const look = { states, palette: texture, lineWidth: style.lineWidth, dashed: style.dashed };
    drawChunks(gpu, frame, drawn, COORDINATE_STEPS, { ...style, palette: octets, look });
    return drawn.length;
  }

  /** @param ask whether to ask for tiles that are not there */
  #drawCoverage(gpu: Gpu, frame: Frame, ask: boolean): void {
    const { style } = this;
    const { opened } = this.data;
    const coverage = this.#coverage;
    if (style === undefined || opened === undefined || coverage === undefined) return;
    const { texture } = this.#palette.on(gpu.gl, opened.index.classes, style.colours);
    const level = coverageLevelAt(frame.scale, opened.index);
    gpu.clipped(style.clip, () => {
      coverage.draw(frame, level, ask, (picture, place) => gpu.coverage(picture, place, texture, style.opacity));
    });
  }

  /** Markers for selected objects that are drawn by coverage alone, in level-0 pixels. */
  markers(frame: Frame, most: number): Strip[] {
    const index = this.data.opened?.index;
    const strips: Strip[] = [];
    for (const id of this.data.selection) {
      const object = index?.find(id) ?? -1;
      if (object < 0 || this.data.isHidden(object)) continue;
      if (strips.length >= most) break;
      strips.push(markerAround(this.data.boxOf(object), MIN_MARKER / frame.scale));
    }
    return strips;
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
      const index = this.data.opened?.index;
      if (index === undefined) return;
      const { buffer } = await this.data.load(chunk, signal);
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

  /** The context is gone. */
  lost(): void {
    this.data.opened?.states.lost();
    this.#palette.lost();
  }

  close(): void {
    this.data.close();
    const gl = this.shared.gpu?.gl;
    if (gl === undefined) return;
    this.data.opened?.states.release(gl);
    this.#palette.release(gl);
  }
}
