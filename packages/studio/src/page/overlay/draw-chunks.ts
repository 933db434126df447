/** Chunks that are on the graphics card, drawn as one layer: fillings class by class, lines over them, all with one opacity. */
import { type Placing, placingOf } from './camera.js';
import { FILL_VERTICES, LINE_VERTICES } from './detail.js';
import type { ChunkBuffers } from './gl/chunk-buffers.js';
import type { Gpu, Look } from './gl/gpu.js';
import { fillColour } from './gl/palette.js';
import type { OutlineStyle } from './overlay.js';
import type { Frame } from './shared.js';

export interface DrawnChunk {
  readonly buffers: ChunkBuffers;
  /** The number of its first object among the states. */
  readonly base: number;
}

/** Vertices of every corner. */
export const costOf = ({ filled }: Pick<OutlineStyle, 'filled'>): number =>
  LINE_VERTICES + (filled ? FILL_VERTICES : 0);

/**
 * @param units of the chunks' corners per level-0 pixel
 * @param palette as the texture of the look has it
 */
export function drawChunks(
  gpu: Gpu,
  frame: Frame,
  chunks: readonly DrawnChunk[],
  units: number,
  style: Omit<OutlineStyle, 'visible' | 'colours'> & { readonly palette: Uint8Array; readonly look: Look },
): void {
  if (chunks.length === 0) return;
  const { look, palette, filled, opacity, clip } = style;
  const placings = chunks.map(
    ({ buffers }): Placing => placingOf(frame.camera, frame, buffers.originX, buffers.originY, units),
  );
  const lines = (): void => {
    for (const [i, { buffers, base }] of chunks.entries()) {
      const placing = placings[i];
      if (placing !== undefined) gpu.outline(buffers, base, placing, look);
    }
  };
  if (!filled && opacity === 1) {
    // Nothing to count and nothing to dim: no picture beside the canvas is needed.
    gpu.clipped(clip, lines);
    return;
  }
  gpu.beginLayer();
  if (filled) {
    const classes = new Set(chunks.flatMap(({ buffers: { ranges } }) => [...ranges].filter((_, i) => i % 3 === 0)));
    for (const classNumber of classes) {
      gpu.beginFill();
      for (const [i, { buffers, base }] of chunks.entries()) {
        const placing = placings[i];
        const range = rangeOf(buffers.ranges, classNumber);
        if (range !== undefined && placing !== undefined) gpu.fill(buffers, base, placing, look, range);
      }
      gpu.endFill(fillColour(palette, classNumber));
    }
  }
  lines();
  gpu.endLayer(opacity, clip);
}

function rangeOf(ranges: Uint32Array, classNumber: number): readonly [number, number] | undefined {
  for (let i = 0; i < ranges.length; i += 3) {
    if (ranges[i] === classNumber) return [ranges[i + 1] as number, ranges[i + 2] as number];
  }
  return undefined;
}
