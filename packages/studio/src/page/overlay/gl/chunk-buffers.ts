/** The corners of a chunk on the graphics card: once as sides of outlines, once as triangles that fill them. */
import { type PreparedChunk, VERTEX_OCTETS } from '../prepare/prepare-chunk.js';

export interface ChunkBuffers {
  readonly originX: number;
  readonly originY: number;
  /** Corners, rings closed. */
  readonly count: number;
  readonly lines: WebGLVertexArrayObject;
  readonly fills: WebGLVertexArrayObject;
  readonly indexType: number;
  readonly indexOctets: 2 | 4;
  readonly ranges: Uint32Array;
  readonly octets: number;
  readonly release: () => void;
}

export function uploadChunk(gl: WebGL2RenderingContext, prepared: PreparedChunk): ChunkBuffers {
  const { originX, originY, vertices, count, triangles, ranges } = prepared;
  const corners = gl.createBuffer();
  const indices = gl.createBuffer();
  const lines = gl.createVertexArray();
  const fills = gl.createVertexArray();
  gl.bindVertexArray(null);
  gl.bindBuffer(gl.ARRAY_BUFFER, corners);
  gl.bufferData(gl.ARRAY_BUFFER, vertices, gl.STATIC_DRAW);

  gl.bindVertexArray(lines);
  // An instance is a side: it reads a corner and the one after it.
  attributes(gl, 0, 1);
  for (const [location, from] of [
    [3, 0],
    [4, 12],
  ] as const) {
    gl.enableVertexAttribArray(location);
    gl.vertexAttribDivisor(location, 1);
    if (location === 3) gl.vertexAttribIPointer(location, 2, gl.INT, VERTEX_OCTETS, VERTEX_OCTETS + from);
    else gl.vertexAttribPointer(location, 1, gl.FLOAT, false, VERTEX_OCTETS, VERTEX_OCTETS + from);
  }

  gl.bindVertexArray(fills);
  attributes(gl, 0, 0);
  const short = triangles instanceof Uint16Array;
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, indices);
  gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, triangles, gl.STATIC_DRAW);
  gl.bindVertexArray(null);
  return {
    originX,
    originY,
    count,
    lines,
    fills,
    indexType: short ? gl.UNSIGNED_SHORT : gl.UNSIGNED_INT,
    indexOctets: short ? 2 : 4,
    ranges,
    octets: vertices.byteLength + triangles.byteLength,
    release: () => {
      gl.deleteVertexArray(lines);
      gl.deleteVertexArray(fills);
      gl.deleteBuffer(corners);
      gl.deleteBuffer(indices);
    },
  };
}

/** Place, slot and way along the ring of the corners in the bound buffer. */
function attributes(gl: WebGL2RenderingContext, offset: number, divisor: number): void {
  for (const location of [0, 1, 2]) {
    gl.enableVertexAttribArray(location);
    gl.vertexAttribDivisor(location, divisor);
  }
  gl.vertexAttribIPointer(0, 2, gl.INT, VERTEX_OCTETS, offset);
  gl.vertexAttribIPointer(1, 1, gl.UNSIGNED_INT, VERTEX_OCTETS, offset + 8);
  gl.vertexAttribPointer(2, 1, gl.FLOAT, false, VERTEX_OCTETS, offset + 12);
}
