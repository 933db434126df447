/** A file that a person chose in a browser (or any Blob) as a source of bytes: only the ranges that are read leave the disk. */
import { FtuError } from '@ftuseg/core';
import { type ByteSource, checkRange } from './byte-source.js';

/**
 * @param blob a `File` or `Blob`
 * @param name for messages; a `File`'s own name by default
 * @example
 * const slide = await openTiffSlide(blobSource(input.files[0]), browserRuntime);
 */
export function blobSource(blob: Blob & { readonly name?: string }, name = blob.name ?? 'the file'): ByteSource {
  return {
    name,
    size: blob.size,
    read: async (offset, length, { signal } = {}) => {
      if (signal?.aborted) throw new FtuError('cancelled', 'reading was cancelled', { subject: name });
      checkRange(name, blob.size, offset, length);
      try {
        return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new FtuError('io', `cannot be read: ${reason}`, { subject: name, hint: 'choose the file again', cause });
      }
    },
    close: async () => undefined,
  };
}
