/** The bytes of a block, which lie in one piece, or are put together by the format. */
import type { ByteSource } from '../../../source/byte-source.js';
import type { BlockPlace } from '../page.js';

/** @param slide where blocks lie that say nothing else */
export const readPlace = (
  { offset, bytes, source, read }: BlockPlace,
  slide: ByteSource,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> => (read === undefined ? (source ?? slide).read(offset, bytes, { signal }) : read(signal));
