/** The overlay on a canvas: layers in their order, one budget of vertices, and everything rebuilt when the context comes back. */
import type { SlideObject } from '../../protocol/objects.js';
import type { Sketch } from '../tools/tool.js';
import { scaleOf } from './camera.js';
import { chooseDetails, MAX_FRAME_VERTICES, RESERVED_VERTICES } from './detail.js';
import { EditedLayer } from './edited-layer.js';
import { Gpu } from './gl/gpu.js';
import { LineDrawing } from './line-drawing.js';
import { Requests } from './load/requests.js';
import { MapLayer } from './map-layer.js';
import { OutlineLayer } from './outline-layer.js';
import {
  type Camera,
  EDITED_LAYER,
  type MapStyle,
  type OutlineStyle,
  type Overlay,
  type OverlayStatistics,
} from './overlay.js';
import { Preparer } from './prepare/preparer.js';
import type { Strip } from './prepare/strips.js';
import { createShared, type Frame, type Shared } from './shared.js';
import { stripsOfSketch } from './sketch-strips.js';

const SKETCH_LOOK = { colour: [255, 255, 255], width: 1.5 } as const;
const MARKER_LOOK = { colour: [255, 219, 26], width: 2 } as const;

/** Vertices of a marker: five corners twice, four for each side. */
const MARKER_VERTICES = 40;

const IDLE: OverlayStatistics = { vertices: 0, chunks: 0, bytes: 0, milliseconds: 0, pending: 0, problem: undefined };

class CanvasOverlay implements Overlay {
  readonly #outlines = new Map<string, OutlineLayer>();
  readonly #outlineStyles = new Map<string, OutlineStyle>();
  readonly #hidden = new Map<string, ReadonlySet<string>>();
  readonly #maps = new Map<string, MapLayer>();
  readonly #mapStyles = new Map<string, MapStyle>();
  readonly #listeners: (() => void)[] = [];
  readonly #shared: Shared;
  readonly #edited: EditedLayer;
  readonly #sketchLines = new LineDrawing();
  readonly #markerLines = new LineDrawing();
  readonly #boxLines = new LineDrawing();
  #selection: ReadonlySet<string> = new Set();
  #sketch: Sketch | undefined;
  #layers = 0;
  #scale = 1;

  constructor(
    readonly canvas: HTMLCanvasElement,
    readonly gl: WebGL2RenderingContext,
    makeWorker: () => Worker,
  ) {
    const changed = (): void => {
      for (const listener of this.#listeners) listener();
    };
    this.#shared = createShared({
      // A canvas may be opened again while its context is lost.
      gpu: gl.isContextLost() ? undefined : new Gpu(gl),
      requests: new Requests(changed),
      preparer: new Preparer(makeWorker),
      changed,
    });
    this.#edited = new EditedLayer(this.#shared);
    canvas.addEventListener('webglcontextlost', this.#lost);
    canvas.addEventListener('webglcontextrestored', this.#restored);
  }

  readonly #lost = (event: Event): void => {
    // Without this the browser never gives the context back.
    event.preventDefault();
    this.#shared.gpu = undefined;
    this.#shared.buffers.forget();
    this.#shared.textures.forget();
    for (const layer of this.#outlines.values()) layer.lost();
    this.#edited.lost();
    for (const lines of [this.#sketchLines, this.#markerLines, this.#boxLines]) lines.lost();
  };

  readonly #restored = (): void => {
    this.#shared.gpu = new Gpu(this.gl);
    this.#shared.changed();
  };

  setOutlines: Overlay['setOutlines'] = (layer, source) => {
    this.#outlines.get(layer)?.close();
    this.#outlines.delete(layer);
    this.#shared.changed();
    if (source === undefined) return;
    const made = new OutlineLayer(`outlines ${++this.#layers}`, source, this.#shared);
    made.style = this.#outlineStyles.get(layer);
    made.data.hide(this.#hidden.get(layer) ?? new Set());
    made.data.select(this.#selection);
    this.#outlines.set(layer, made);
  };

  styleOutlines: Overlay['styleOutlines'] = (layer, style) => {
    this.#outlineStyles.set(layer, style);
    const known = this.#outlines.get(layer);
    if (known === undefined) return;
    known.style = style;
    this.#shared.changed();
  };

  hide: Overlay['hide'] = (layer, ids) => {
    // A copy: what changes from one call to the next is found by comparing.
    const hidden = new Set(ids);
    this.#hidden.set(layer, hidden);
    this.#outlines.get(layer)?.data.hide(hidden);
    this.#shared.changed();
  };

  setEdited: Overlay['setEdited'] = (objects: readonly SlideObject[], style) => {
    this.#edited.style = style;
    this.#edited.set(objects);
    this.#shared.changed();
  };

  setMap: Overlay['setMap'] = (map, source, slide) => {
    this.#maps.delete(map);
    this.#shared.changed();
    if (source === undefined) return;
    const made = new MapLayer(`map ${++this.#layers}`, source, slide, this.#shared);
    made.style = this.#mapStyles.get(map);
    this.#maps.set(map, made);
  };

  styleMap: Overlay['styleMap'] = (map, style) => {
    this.#mapStyles.set(map, style);
    const known = this.#maps.get(map);
    if (known === undefined) return;
    known.style = style;
    this.#shared.changed();
  };

  setSelection: Overlay['setSelection'] = (ids) => {
    this.#selection = new Set(ids);
    for (const layer of this.#outlines.values()) layer.data.select(this.#selection);
    this.#edited.select(this.#selection);
    this.#shared.changed();
  };

  setSketch: Overlay['setSketch'] = (sketch) => {
    this.#sketch = sketch;
    this.#shared.changed();
  };

  draw = (camera: Camera, width: number, height: number): OverlayStatistics => {
    const { gpu, requests, buffers, textures, chunks } = this.#shared;
    if (gpu === undefined || this.gl.isContextLost() || width < 1 || height < 1) return IDLE;
    const started = performance.now();
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    for (const cache of [buffers, textures, chunks]) cache.nextFrame();
    const frame: Frame = { camera, width, height, scale: scaleOf(camera) };
    this.#scale = frame.scale;
    requests.begin();
    gpu.begin(width, height);
    for (const map of this.#maps.values()) map.draw(gpu, frame);
    const drawn = this.#drawOutlines(gpu, frame);
    if (this.#sketch !== undefined) {
      const left = MAX_FRAME_VERTICES - gpu.vertices - MARKER_VERTICES;
      this.#sketchLines.draw(gpu, frame, stripsOfSketch(this.#sketch, frame.scale), SKETCH_LOOK, left);
    }
    requests.settle();
    return {
      vertices: gpu.vertices,
      chunks: drawn,
      bytes: buffers.octets + textures.octets + chunks.octets,
      milliseconds: performance.now() - started,
      pending: requests.pending,
      problem: requests.problem,
    };
  };

  /** @returns chunks */
  #drawOutlines(gpu: Gpu, frame: Frame): number {
    const visible = [...this.#outlines.values()].filter((layer) => layer.style?.visible === true && layer.data.isOpen);
    const needs = [...visible.map((layer) => layer.need(frame)), this.#edited.need(frame)];
    const most = MAX_FRAME_VERTICES - RESERVED_VERTICES;
    const details = chooseDetails(needs, most);
    const markers: Strip[] = [];
    let chunks = 0;
    for (const [i, layer] of visible.entries()) {
      const detail = details[i] ?? 'coverage';
      chunks += layer.draw(gpu, frame, detail, most - gpu.vertices);
      if (detail === 'coverage') markers.push(...layer.markers(frame, (most - gpu.vertices) / MARKER_VERTICES));
    }
    const detail = details.at(-1) ?? 'coverage';
    chunks += this.#edited.draw(gpu, frame, detail, most - gpu.vertices);
    if (detail === 'coverage') {
      const boxes = this.#edited.boxes(frame, (most - gpu.vertices) / MARKER_VERTICES);
      this.#boxLines.draw(gpu, frame, boxes, SKETCH_LOOK, most - gpu.vertices);
    }
    this.#markerLines.draw(gpu, frame, markers, MARKER_LOOK, most - gpu.vertices);
    return chunks;
  }

  pick: Overlay['pick'] = (point, layers) => {
    const isMeant = (name: string): boolean => layers?.has(name) ?? true;
    const edited = isMeant(EDITED_LAYER) ? this.#edited.pick(point) : undefined;
    if (edited !== undefined) return { layer: EDITED_LAYER, id: edited.id };
    for (const [name, layer] of [...this.#outlines].reverse()) {
      const isVisible = layer.style?.visible === true && isMeant(name);
      const found = isVisible ? layer.data.pick(point, this.#scale) : undefined;
      if (found !== undefined) return { layer: name, id: found };
    }
    return undefined;
  };

  polygonsOf: Overlay['polygonsOf'] = async (layer, id) =>
    layer === EDITED_LAYER ? this.#edited.polygonsOf(id) : this.#outlines.get(layer)?.data.polygonsOf(id);

  onChange: Overlay['onChange'] = (listener) => {
    this.#listeners.push(listener);
  };

  close = (): void => {
    this.canvas.removeEventListener('webglcontextlost', this.#lost);
    this.canvas.removeEventListener('webglcontextrestored', this.#restored);
    this.#shared.requests.close();
    this.#shared.preparer.close();
    for (const layer of this.#outlines.values()) layer.close();
    this.#edited.close();
    for (const lines of [this.#sketchLines, this.#markerLines, this.#boxLines]) lines.close(this.gl);
    this.#shared.buffers.clear();
    this.#shared.textures.clear();
    this.#shared.gpu?.release();
    this.#shared.gpu = undefined;
    this.#listeners.length = 0;
  };
}

/**
 * The overlay of a viewer.
 * @param canvas over the slide; its size is set by `draw`
 * @param makeWorker of the worker that prepares chunks
 * @returns undefined where the browser has no WebGL2
 * @example
 * const overlay = createOverlay(canvas, moduleWorker);
 * overlay?.setOutlines('prediction', source);
 */
export function createOverlay(canvas: HTMLCanvasElement, makeWorker: () => Worker): Overlay | undefined {
  const gl = canvas.getContext('webgl2', { alpha: true, antialias: false, depth: false, stencil: false });
  return gl === null ? undefined : new CanvasOverlay(canvas, gl, makeWorker);
}
