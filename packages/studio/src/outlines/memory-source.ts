/** Outlines from memory in the same packed form as the server's: for files that were dropped on the page, a page without a server, tests. */
import type { SlideObject } from '../protocol/objects.js';
import { coverageTile } from './coverage/coverage.js';
import { OutlineBuilder } from './outline-builder.js';
import { readChunk } from './outline-chunk.js';
import { readIndex } from './outline-index.js';

/** What the page's overlay asks of a source of outlines. */
export interface MemorySource {
  readonly index: () => Promise<ArrayBuffer>;
  readonly chunk: (chunk: number) => Promise<ArrayBuffer>;
  readonly coverage: (level: number, x: number, y: number) => Promise<ArrayBuffer>;
}

interface Packed {
  readonly index: ArrayBuffer;
  readonly chunks: readonly ArrayBuffer[];
}

/**
 * @param objects each with its mean probability, if it is known
 * @param size level-0 pixels of the slide
 * @example
 * overlay.setOutlines('dropped', createMemorySource(objects, slide));
 */
export function createMemorySource(
  objects: Iterable<SlideObject & { readonly probability?: number | undefined }>,
  size: { readonly width: number; readonly height: number },
): MemorySource {
  let packing: Promise<Packed> | undefined;
  const packed = (): Promise<Packed> => {
    packing ??= pack(objects, size);
    return packing;
  };
  const chunk = async (number: number): Promise<ArrayBuffer> => {
    const found = (await packed()).chunks[number];
    if (found === undefined) throw new RangeError(`there is no chunk ${number}`);
    return found;
  };
  return {
    index: async () => (await packed()).index,
    chunk,
    coverage: async (level, x, y) =>
      coverageTile(readIndex((await packed()).index), { level, x, y }, async (number) =>
        readChunk(await chunk(number)),
      ),
  };
}

async function pack(
  objects: Iterable<SlideObject & { readonly probability?: number | undefined }>,
  size: { readonly width: number; readonly height: number },
): Promise<Packed> {
  const builder = new OutlineBuilder(size);
  for (const object of objects) {
    builder.add(object);
    if (builder.full) await builder.flush();
  }
  const chunks: ArrayBuffer[] = [];
  for await (const { buffer } of builder.chunks()) chunks.push(buffer);
  return { index: builder.index(), chunks };
}
