/** Compiled programs and their uniforms by name. */

export interface Program {
  readonly program: WebGLProgram;
  readonly at: (name: string) => WebGLUniformLocation | null;
}

function compile(gl: WebGL2RenderingContext, kind: number, text: string): WebGLShader {
  const shader = gl.createShader(kind);
  if (shader === null) throw new Error('WebGL2 gave no shader');
  gl.shaderSource(shader, text);
  gl.compileShader(shader);
  if (gl.getShaderParameter(shader, gl.COMPILE_STATUS) !== true && !gl.isContextLost()) {
    throw new Error(`a shader of the overlay does not compile: ${gl.getShaderInfoLog(shader) ?? ''}`);
  }
  return shader;
}

/** @throws Error with the compiler's words */
export function link(gl: WebGL2RenderingContext, vertex: string, fragment: string): Program {
  const program = gl.createProgram();
  const shaders = [compile(gl, gl.VERTEX_SHADER, vertex), compile(gl, gl.FRAGMENT_SHADER, fragment)];
  for (const shader of shaders) gl.attachShader(program, shader);
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true && !gl.isContextLost()) {
    throw new Error(`a program of the overlay does not link: ${gl.getProgramInfoLog(program) ?? ''}`);
  }
  for (const shader of shaders) gl.deleteShader(shader);
  const known = new Map<string, WebGLUniformLocation | null>();
  return {
    program,
    at: (name) => {
      const found = known.get(name);
      if (found !== undefined) return found;
      const location = gl.getUniformLocation(program, name);
      known.set(name, location);
      return location;
    },
  };
}
