/** What all layers of an overlay share: the context, bounded memory, and the requests. */
import type { OutlineChunk } from '../../outlines/outline-chunk.js';
import type { ChunkBuffers } from './gl/chunk-buffers.js';
import type { Gpu } from './gl/gpu.js';
import { ByteCache } from './load/byte-cache.js';
import type { Requests } from './load/requests.js';
import type { Preparer } from './prepare/preparer.js';
import type { TileView } from './tile-pyramid.js';

/** Octets of chunks as they came, of chunks on the graphics card, and of tiles there. */
const MAX_CHUNK_OCTETS = 96 << 20;
const MAX_BUFFER_OCTETS = 96 << 20;
const MAX_TEXTURE_OCTETS = 48 << 20;

export interface KeptChunk {
  readonly buffer: ArrayBuffer;
  readonly chunk: OutlineChunk;
}

export interface Shared {
  /** Undefined while the context is lost. */
  gpu: Gpu | undefined;
  readonly requests: Requests;
  readonly preparer: Preparer;
  readonly chunks: ByteCache<KeptChunk>;
  readonly buffers: ByteCache<ChunkBuffers>;
  readonly textures: ByteCache<WebGLTexture>;
  readonly changed: () => void;
}

export interface Frame extends TileView {
  /** Device pixels per level-0 pixel. */
  readonly scale: number;
}

export function createShared(parts: Pick<Shared, 'gpu' | 'requests' | 'preparer' | 'changed'>): Shared {
  const shared: Shared = {
    ...parts,
    chunks: new ByteCache<KeptChunk>(MAX_CHUNK_OCTETS),
    buffers: new ByteCache<ChunkBuffers>(MAX_BUFFER_OCTETS, (buffers) => buffers.release()),
    textures: new ByteCache<WebGLTexture>(MAX_TEXTURE_OCTETS, (texture) => shared.gpu?.gl.deleteTexture(texture)),
  };
  return shared;
}
