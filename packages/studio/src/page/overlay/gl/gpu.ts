/** The overlay's drawing with WebGL2: every call counts its vertices. It lives as long as the context; after a loss there is a new one. */
import type { Placing } from '../camera.js';
import { LINE_VERTICES } from '../detail.js';
import type { ChunkBuffers } from './chunk-buffers.js';
import { LayerTarget } from './layer-target.js';
import { link, type Program } from './programs.js';
import {
  COPY_FRAGMENT,
  COVER_FRAGMENT,
  COVER_VERTEX,
  COVERAGE_FRAGMENT,
  FILL_FRAGMENT,
  FILL_VERTEX,
  LINE_FRAGMENT,
  LINE_VERTEX,
  MAP_FRAGMENT,
  TILE_VERTEX,
} from './shaders.js';

/** Device pixels: a dash and a gap, and of them the dash. */
const DASH = [10, 6] as const;

/** Opaque, 0 to 1. */
const SELECTED = [1, 0.86, 0.1, 1] as const;

export interface Look {
  readonly states: WebGLTexture;
  readonly palette: WebGLTexture;
  /** Device pixels. */
  readonly lineWidth: number;
  readonly dashed: boolean;
}

export interface TilePlace {
  /** Device pixels: upper left corner, and from it the sides. */
  readonly corner: readonly [number, number];
  readonly right: readonly [number, number];
  readonly down: readonly [number, number];
  /** Of the texture: left, top, right, bottom, 0 to 1. */
  readonly part: readonly [number, number, number, number];
}

export interface Clip {
  readonly from: number;
  readonly to: number;
}

export class Gpu {
  readonly #lines: Program;
  readonly #fills: Program;
  readonly #cover: Program;
  readonly #copy: Program;
  readonly #coverage: Program;
  readonly #map: Program;
  readonly #target: LayerTarget;
  #width = 1;
  #height = 1;
  /** Since `begin`. */
  vertices = 0;

  /** @throws Error if a shader does not compile */
  constructor(readonly gl: WebGL2RenderingContext) {
    this.#lines = link(gl, LINE_VERTEX, LINE_FRAGMENT);
    this.#fills = link(gl, FILL_VERTEX, FILL_FRAGMENT);
    this.#cover = link(gl, COVER_VERTEX, COVER_FRAGMENT);
    this.#copy = link(gl, COVER_VERTEX, COPY_FRAGMENT);
    this.#coverage = link(gl, TILE_VERTEX, COVERAGE_FRAGMENT);
    this.#map = link(gl, TILE_VERTEX, MAP_FRAGMENT);
    this.#target = new LayerTarget(gl);
  }

  /** Gives back what the graphics card holds for it. */
  release(): void {
    const programs = [this.#lines, this.#fills, this.#cover, this.#copy, this.#coverage, this.#map];
    for (const { program } of programs) this.gl.deleteProgram(program);
    this.#target.release();
  }

  /** Begins a frame on an empty canvas. */
  begin(width: number, height: number): void {
    const { gl } = this;
    [this.#width, this.#height, this.vertices] = [width, height, 0];
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.viewport(0, 0, width, height);
    gl.disable(gl.SCISSOR_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.disable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
  }

  beginLayer(): void {
    this.#target.begin(this.#width, this.#height);
  }

  /** Puts the layer on the canvas. */
  endLayer(opacity: number, clip: Clip | undefined): void {
    const { gl } = this;
    this.#target.end();
    this.clipped(clip, () => {
      gl.useProgram(this.#copy.program);
      gl.bindVertexArray(null);
      bind(gl, 0, this.#target.picture);
      gl.uniform1i(this.#copy.at('picture'), 0);
      gl.uniform1f(this.#copy.at('opacity'), opacity);
      this.#strip(4);
    });
  }

  /** Draws between two columns of device pixels. */
  clipped(clip: Clip | undefined, draw: () => void): void {
    const { gl } = this;
    if (clip !== undefined) {
      const [from, to] = [Math.round(clip.from), Math.round(clip.to)];
      gl.enable(gl.SCISSOR_TEST);
      gl.scissor(from, 0, Math.max(0, to - from), this.#height);
    }
    draw();
    gl.disable(gl.SCISSOR_TEST);
  }

  /** @param base number of the chunk's first object among the states */
  outline(chunk: ChunkBuffers, base: number, placing: Placing, look: Look): void {
    if (chunk.count < 2) return;
    const { gl } = this;
    const { program, at } = this.#lines;
    gl.useProgram(program);
    this.#place(this.#lines, base, placing, look);
    gl.uniform1f(at('width'), look.lineWidth);
    const [a, b, c, d] = placing.turn;
    gl.uniform1f(at('stretch'), Math.sqrt(Math.abs(a * d - b * c)));
    gl.uniform4f(at('highlight'), ...SELECTED);
    gl.uniform2f(at('dash'), look.dashed ? DASH[0] : 0, DASH[1]);
    gl.bindVertexArray(chunk.lines);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, chunk.count - 1);
    this.vertices += LINE_VERTICES * (chunk.count - 1);
  }

  /** Begins to count how often objects of a class wind around each pixel: not zero is inside, whatever overlaps. */
  beginFill(): void {
    const { gl } = this;
    gl.enable(gl.STENCIL_TEST);
    gl.colorMask(false, false, false, false);
    gl.stencilFunc(gl.ALWAYS, 0, 255);
    gl.stencilOpSeparate(gl.FRONT, gl.KEEP, gl.KEEP, gl.INCR_WRAP);
    gl.stencilOpSeparate(gl.BACK, gl.KEEP, gl.KEEP, gl.DECR_WRAP);
  }

  /** Objects of one class in a chunk: indices from `first`. */
  fill(chunk: ChunkBuffers, base: number, placing: Placing, look: Look, range: readonly [number, number]): void {
    const { gl } = this;
    const [first, count] = range;
    if (count === 0) return;
    gl.useProgram(this.#fills.program);
    this.#place(this.#fills, base, placing, look);
    gl.bindVertexArray(chunk.fills);
    gl.drawElements(gl.TRIANGLES, count, chunk.indexType, first * chunk.indexOctets);
    this.vertices += count;
  }

  /** @param colour 0 to 1, with its opacity */
  endFill(colour: readonly [number, number, number, number]): void {
    const { gl } = this;
    gl.colorMask(true, true, true, true);
    gl.stencilFunc(gl.NOTEQUAL, 0, 255);
    gl.stencilOp(gl.KEEP, gl.KEEP, gl.ZERO);
    gl.useProgram(this.#cover.program);
    gl.bindVertexArray(null);
    gl.uniform4f(this.#cover.at('colour'), ...colour);
    this.#strip(4);
    gl.disable(gl.STENCIL_TEST);
  }

  coverage(picture: WebGLTexture, place: TilePlace, palette: WebGLTexture, opacity: number): void {
    const { gl } = this;
    const { program, at } = this.#coverage;
    gl.useProgram(program);
    bind(gl, 1, palette);
    gl.uniform1i(at('palette'), 1);
    gl.uniform1f(at('opacity'), opacity);
    this.#tile(this.#coverage, picture, place);
  }

  map(
    picture: WebGLTexture,
    place: TilePlace,
    style: { readonly colour: readonly [number, number, number]; readonly threshold: number; readonly opacity: number },
  ): void {
    const { gl } = this;
    const { program, at } = this.#map;
    gl.useProgram(program);
    const [red, green, blue] = style.colour;
    gl.uniform3f(at('colour'), red / 255, green / 255, blue / 255);
    gl.uniform1f(at('threshold'), style.threshold);
    gl.uniform1f(at('opacity'), style.opacity);
    this.#tile(this.#map, picture, place);
  }

  #tile({ at }: Program, picture: WebGLTexture, { corner, right, down, part }: TilePlace): void {
    const { gl } = this;
    gl.bindVertexArray(null);
    bind(gl, 0, picture);
    gl.uniform1i(at('picture'), 0);
    gl.uniform2f(at('corner'), ...corner);
    gl.uniform2f(at('right'), ...right);
    gl.uniform2f(at('down'), ...down);
    gl.uniform4f(at('part'), ...part);
    gl.uniform2f(at('viewport'), this.#width, this.#height);
    this.#strip(4);
  }

  #place({ at }: Program, base: number, { turn, centre, middle }: Placing, { states, palette }: Look): void {
    const { gl } = this;
    bind(gl, 0, states);
    bind(gl, 1, palette);
    gl.uniform1i(at('states'), 0);
    gl.uniform1i(at('palette'), 1);
    gl.uniformMatrix2fv(at('turn'), false, turn);
    gl.uniform2i(at('centre'), ...centre);
    gl.uniform2f(at('middle'), ...middle);
    gl.uniform2f(at('viewport'), this.#width, this.#height);
    gl.uniform1ui(at('base'), base);
  }

  #strip(count: number): void {
    this.gl.drawArrays(this.gl.TRIANGLE_STRIP, 0, count);
    this.vertices += count;
  }
}

function bind(gl: WebGL2RenderingContext, unit: number, texture: WebGLTexture): void {
  gl.activeTexture(gl.TEXTURE0 + unit);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.activeTexture(gl.TEXTURE0);
}
