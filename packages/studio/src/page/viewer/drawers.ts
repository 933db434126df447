/** What draws the tiles of a slide: the graphics card where there is one. */

/**
 * Programs that take a graphics card's place, by what WebGL says of them: Chromium's SwiftShader, Mesa's llvmpipe and softpipe (Firefox says "llvmpipe, or
 * similar"), Windows' WARP, macOS's renderer.
 */
const EMULATED = /swiftshader|llvmpipe|softpipe|basic render|software/i;

/** Whether WebGL is computed by the processor, by what it says of its renderer. */
export const isEmulated = (renderer: string): boolean => EMULATED.test(renderer);

/** What WebGL says of its renderer; empty: it keeps that to itself; undefined: there is no WebGL. */
function rendererOf(canvas: HTMLCanvasElement): string | undefined {
  const gl = canvas.getContext('webgl2');
  if (gl === null) return undefined;
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = names === null ? '' : gl.getParameter(names.UNMASKED_RENDERER_WEBGL);
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return typeof renderer === 'string' ? renderer : '';
}

/** The renderer of this page, which stays what it is. */
let asked: { readonly renderer: string | undefined } | undefined;

/**
 * OpenSeadragon's drawers in the order in which they are tried. Where the processor emulates a graphics card, it is not used: a plain canvas takes a
 * quarter of the time (a drag of 60 moves in a window of 1440 x 900: 3.5 s of two processors, and 13.6 s through SwiftShader).
 */
export function slideDrawers(): ('webgl' | 'canvas')[] {
  asked ??= { renderer: rendererOf(document.createElement('canvas')) };
  const { renderer } = asked;
  return renderer === undefined || isEmulated(renderer) ? ['canvas'] : ['webgl', 'canvas'];
}
