/** Frames that lie one behind the other, as samples without compression. */
import { cutOff, damaged } from '../structure/cursor.js';
import type { FrameIndex, ItemFramesOptions } from './item-frames.js';

export interface PlainFramesOptions extends Pick<ItemFramesOptions, 'source' | 'frames' | 'offset'> {
  /** Bytes of the pixel data, as their header says. */
  readonly length: number;
  readonly frameBytes: number;
}

/** @throws {SlideError} `bad-input` for pixel data that hold fewer frames, or are cut off */
export function plainFrames({ source, frames, offset, length, frameBytes }: PlainFramesOptions): FrameIndex {
  if (length < frames * frameBytes) {
    const problem = `they have ${length} bytes where ${frames} frames need ${frames * frameBytes}`;
    throw damaged(source.name, 'the pixel data', problem);
  }
  if (offset + frames * frameBytes > source.size) throw cutOff(source.name, `the pixel data at ${offset}`);
  return { locate: async (frame) => ({ source, offset: offset + frame * frameBytes, bytes: frameBytes }) };
}
