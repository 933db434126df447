/** Lines of one colour that change from frame to frame: a sketch, markers. Drawn twice, dark and wider below, so that any tissue shows them. */
import { placingOf } from './camera.js';
import { LINE_VERTICES } from './detail.js';
import { uploadChunk } from './gl/chunk-buffers.js';
import type { Gpu } from './gl/gpu.js';
import { ObjectStates } from './gl/object-states.js';
import { Palette } from './gl/palette.js';
import { prepareStrips, STRIP_UNITS, type Strip } from './prepare/strips.js';
import type { Frame } from './shared.js';

export interface LineLook {
  readonly colour: readonly [number, number, number];
  /** Device pixels. */
  readonly width: number;
  readonly dashed?: boolean;
}

const DARK = { line: [20, 20, 20] } as const;

export class LineDrawing {
  readonly #states = new ObjectStates([0]);
  readonly #palette = new Palette();
  readonly #dark = new Palette();
  #colours: { line: readonly [number, number, number] } = { line: [255, 255, 255] };

  /** @param vertices that may be drawn; strips beyond it are left out */
  draw(
    gpu: Gpu,
    frame: Frame,
    strips: readonly Strip[],
    { colour, width, dashed = false }: LineLook,
    vertices: number,
  ): void {
    let left = vertices / LINE_VERTICES / 2;
    const drawn = strips.filter(({ places }) => {
      left -= places.length / 2 + 1;
      return left >= 0;
    });
    if (drawn.length === 0) return;
    if (this.#colours.line.some((value, i) => value !== colour[i])) this.#colours = { line: colour };
    const { gl } = gpu;
    const prepared = prepareStrips(drawn);
    const buffers = uploadChunk(gl, prepared);
    const placing = placingOf(frame.camera, frame, prepared.originX, prepared.originY, STRIP_UNITS);
    const states = this.#states.texture(gl);
    const dark = this.#dark.on(gl, ['line'], DARK).texture;
    const light = this.#palette.on(gl, ['line'], this.#colours).texture;
    gpu.beginLayer();
    gpu.outline(buffers, 0, placing, { states, palette: dark, lineWidth: width + 2, dashed: false });
    gpu.outline(buffers, 0, placing, { states, palette: light, lineWidth: width, dashed });
    gpu.endLayer(1, undefined);
    buffers.release();
  }

  lost(): void {
    this.#states.lost();
    this.#palette.lost();
    this.#dark.lost();
  }

  close(gl: WebGL2RenderingContext): void {
    this.#states.release(gl);
    this.#palette.release(gl);
    this.#dark.release(gl);
  }
}
