/** Objects that edits made or changed, over all others, from memory. */
import { DETAIL_LEVELS, toleranceOf } from '../../outlines/index-layout.js';
import { isInside } from '../../outlines/outline-chunk.js';
import { COORDINATE_STEPS, type FlatPolygon, type SlideObject } from '../../protocol/objects.js';
import type { Point } from '../tools/tool.js';
import { visibleBox } from './camera.js';
import { type Detail, type DetailNeed, detailAt } from './detail.js';
import { costOf, type DrawnChunk, drawChunks } from './draw-chunks.js';
import { type EditedPiece, EditedPieces, PIECE_OBJECTS } from './edited-pieces.js';
import { type ChunkBuffers, uploadChunk } from './gl/chunk-buffers.js';
import type { Gpu } from './gl/gpu.js';
import { ObjectStates } from './gl/object-states.js';
import { Palette } from './gl/palette.js';
import type { OutlineStyle } from './overlay.js';
import { prepareChunk } from './prepare/prepare-chunk.js';
import { markerAround, type Strip } from './prepare/strips.js';
import type { Frame, Shared } from './shared.js';

/** Device pixels: the least side of the box that stands for an object that is too small for its outline. */
const MIN_BOX = 3;

export class EditedLayer {
  style: OutlineStyle | undefined;
  readonly #pieces = new EditedPieces();
  readonly #palette = new Palette();
  #states = new ObjectStates([]);
  #selection: ReadonlySet<string> = new Set();
  #objects: readonly SlideObject[] = [];
  /** With the numbers of their first objects among the states. */
  #visible: readonly { readonly piece: EditedPiece; readonly base: number }[] = [];

  constructor(readonly shared: Shared) {}

  set(objects: readonly SlideObject[]): void {
    if (objects === this.#objects) return;
    this.#objects = objects;
    for (const { key } of this.#pieces.set(objects)) {
      for (let level = 0; level < DETAIL_LEVELS; level++) this.shared.buffers.delete(`${key}/${level}`);
    }
    const classes = new Uint8Array(PIECE_OBJECTS * this.#pieces.pieces.length);
    for (const [i, { classOf }] of this.#pieces.pieces.entries()) classes.set(classOf, PIECE_OBJECTS * i);
    const gl = this.shared.gpu?.gl;
    if (gl !== undefined) this.#states.release(gl);
    this.#states = new ObjectStates(classes);
    this.select(this.#selection);
  }

  select(ids: ReadonlySet<string>): void {
    this.#selection = ids;
    for (const [i, piece] of this.#pieces.pieces.entries()) {
      for (const [slot, id] of piece.ids.entries()) this.#states.select(PIECE_OBJECTS * i + slot, ids.has(id));
    }
  }

  need(frame: Frame): DetailNeed {
    if (this.style?.visible !== true) return { full: 0, simple: 0, octets: 0 };
    const { left, top, right, bottom } = visibleBox(frame.camera, frame.width, frame.height);
    const isVisible = ({ box: [l = 0, t = 0, r = 0, b = 0], ids }: EditedPiece): boolean => {
      const across = r >= left * COORDINATE_STEPS && l <= right * COORDINATE_STEPS;
      return ids.length > 0 && across && b >= top * COORDINATE_STEPS && t <= bottom * COORDINATE_STEPS;
    };
    const all = this.#pieces.pieces.map((piece, i) => ({ piece, base: PIECE_OBJECTS * i }));
    this.#visible = all.filter(({ piece }) => isVisible(piece));
    const full = this.#visible.reduce((sum, { piece }) => sum + piece.vertices, 0);
    const level = detailAt(frame.scale);
    const simple = full === 0 ? 0 : this.#visible.reduce((sum, { piece }) => sum + this.#countAt(piece, level), 0);
    const cost = costOf(this.style);
    return { full: cost * full, simple: cost * simple, octets: 0 };
  }

  /** Only known where it was prepared; before that an object keeps at most all. */
  #countAt(piece: EditedPiece, level: number): number {
    return this.shared.buffers.get(`${piece.key}/${level}`)?.count ?? Math.min(piece.vertices, 16 * piece.ids.length);
  }

  draw(gpu: Gpu, frame: Frame, detail: Detail, budget: number): number {
    const { style } = this;
    if (style?.visible !== true || detail === 'coverage' || this.#visible.length === 0) return 0;
    const level = detail === 'full' ? 0 : detailAt(frame.scale);
    let left = budget / costOf(style);
    const drawn: DrawnChunk[] = [];
    for (const { piece, base } of this.#visible) {
      const buffers = this.#buffers(gpu, piece, level);
      left -= buffers.count;
      if (left < 0) break;
      drawn.push({ buffers, base });
    }
    const { octets, texture } = this.#palette.on(gpu.gl, this.#pieces.classes, style.colours);
    const look = {
      states: this.#states.texture(gpu.gl),
      palette: texture,
      lineWidth: style.lineWidth,
      dashed: style.dashed,
    };
    drawChunks(gpu, frame, drawn, COORDINATE_STEPS, { ...style, palette: octets, look });
    return drawn.length;
  }

  #buffers(gpu: Gpu, piece: EditedPiece, level: number): ChunkBuffers {
    const key = `${piece.key}/${level}`;
    const known = this.shared.buffers.get(key);
    if (known !== undefined) return known;
    const made = uploadChunk(gpu.gl, prepareChunk(piece.chunk, piece.classOf, toleranceOf(level) * COORDINATE_STEPS));
    this.shared.buffers.set(key, made, made.octets);
    return made;
  }

  /** Boxes instead of outlines, where there are too many of these. */
  boxes(frame: Frame, most: number): Strip[] {
    const strips: Strip[] = [];
    for (const { piece } of this.#visible) {
      const { ids, boxes } = piece;
      for (let i = 0; i < ids.length && strips.length < most; i++) {
        const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(4 * i, 4 * i + 4);
        const steps = COORDINATE_STEPS;
        const box = { left: left / steps, top: top / steps, right: right / steps, bottom: bottom / steps };
        strips.push(markerAround(box, MIN_BOX / frame.scale));
      }
    }
    return strips;
  }

  pick({ x, y }: Point): { readonly id: string; readonly area: number } | undefined {
    if (this.style?.visible !== true) return undefined;
    let best: { readonly id: string; readonly area: number } | undefined;
    const [stepX, stepY] = [x * COORDINATE_STEPS, y * COORDINATE_STEPS];
    for (const { chunk, ids, areas, boxes } of this.#pieces.pieces) {
      for (const [slot, id] of ids.entries()) {
        const [left = 0, top = 0, right = 0, bottom = 0] = boxes.subarray(4 * slot, 4 * slot + 4);
        if (stepX < left || stepX > right || stepY < top || stepY > bottom) continue;
        const area = areas[slot] ?? 0;
        if ((best === undefined || area < best.area) && isInside(chunk, slot, x, y)) best = { id, area };
      }
    }
    return best;
  }

  polygonsOf(id: string): readonly FlatPolygon[] | undefined {
    for (const { objects } of this.#pieces.pieces) {
      const found = objects.find((object) => object.id === id);
      if (found !== undefined) return found.polygons;
    }
    return undefined;
  }

  lost(): void {
    this.#states.lost();
    this.#palette.lost();
  }

  close(): void {
    const gl = this.shared.gpu?.gl;
    if (gl === undefined) return;
    this.#states.release(gl);
    this.#palette.release(gl);
  }
}
