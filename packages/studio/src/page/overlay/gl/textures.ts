/** Textures of the overlay: tiles, what is known of each object, and colours of classes. */

/** Objects in a row of a texture of states. */
export const STATES_ACROSS = 1024;

function texture(gl: WebGL2RenderingContext, filter: number): WebGLTexture {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, filter);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  return made;
}

/** Numbers of a map, between which is interpolated. */
export function mapTexture(gl: WebGL2RenderingContext, side: number, octets: Uint8Array): WebGLTexture {
  const made = texture(gl, gl.LINEAR);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8, side, side, 0, gl.RED, gl.UNSIGNED_BYTE, octets);
  return made;
}

/** Coverage and class, as they are. */
export function coverageTexture(gl: WebGL2RenderingContext, side: number, octets: Uint8Array): WebGLTexture {
  const made = texture(gl, gl.NEAREST);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RG8, side, side, 0, gl.RG, gl.UNSIGNED_BYTE, octets);
  return made;
}

/** @param states class and flags of each object, in whole rows of `STATES_ACROSS` */
export function stateTexture(gl: WebGL2RenderingContext, states: Uint8Array): WebGLTexture {
  const made = texture(gl, gl.NEAREST);
  const rows = states.length / 2 / STATES_ACROSS;
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RG8UI, STATES_ACROSS, rows, 0, gl.RG_INTEGER, gl.UNSIGNED_BYTE, states);
  return made;
}

/** Sends one row of states again. */
export function updateStates(gl: WebGL2RenderingContext, made: WebGLTexture, states: Uint8Array, row: number): void {
  gl.bindTexture(gl.TEXTURE_2D, made);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  const octets = states.subarray(2 * STATES_ACROSS * row, 2 * STATES_ACROSS * (row + 1));
  gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, row, STATES_ACROSS, 1, gl.RG_INTEGER, gl.UNSIGNED_BYTE, octets);
}

/** Of 256 classes: red, green, blue, opacity. */
export function paletteTexture(gl: WebGL2RenderingContext, colours: Uint8Array): WebGLTexture {
  const made = texture(gl, gl.NEAREST);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, colours);
  return made;
}
