/** A picture beside the canvas that a layer is drawn into, so that its lines are not darker where they meet and fillings can be counted. */

export class LayerTarget {
  readonly #gl: WebGL2RenderingContext;
  readonly #frame: WebGLFramebuffer;
  readonly #stencil: WebGLRenderbuffer;
  picture: WebGLTexture;
  #width = 0;
  #height = 0;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#frame = gl.createFramebuffer();
    this.#stencil = gl.createRenderbuffer();
    this.picture = gl.createTexture();
  }

  /** Draws into the picture from now on; it is empty. */
  begin(width: number, height: number): void {
    const gl = this.#gl;
    if (width !== this.#width || height !== this.#height) this.#resize(width, height);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#frame);
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clearStencil(0);
    gl.stencilMask(255);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.STENCIL_BUFFER_BIT);
  }

  end(): void {
    this.#gl.bindFramebuffer(this.#gl.FRAMEBUFFER, null);
  }

  release(): void {
    const gl = this.#gl;
    gl.deleteFramebuffer(this.#frame);
    gl.deleteRenderbuffer(this.#stencil);
    gl.deleteTexture(this.picture);
  }

  #resize(width: number, height: number): void {
    const gl = this.#gl;
    [this.#width, this.#height] = [width, height];
    gl.deleteTexture(this.picture);
    this.picture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.picture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, width, height);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    gl.bindRenderbuffer(gl.RENDERBUFFER, this.#stencil);
    gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH24_STENCIL8, width, height);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#frame);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.picture, 0);
    gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_STENCIL_ATTACHMENT, gl.RENDERBUFFER, this.#stencil);
  }
}
