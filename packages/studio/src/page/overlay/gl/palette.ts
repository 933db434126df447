/** Colours of classes as the graphics card takes them. */
import type { OutlineStyle } from '../overlay.js';
import { paletteTexture } from './textures.js';

/** Of a class without a colour. */
const PLAIN = [128, 128, 128] as const;

/** How opaque fillings are beside lines. */
export const FILL_OPACITY = 0.35;

/** @returns of 256 classes red, green, blue, 255 */
function paletteOf(classes: readonly string[], colours: OutlineStyle['colours']): Uint8Array {
  const octets = new Uint8Array(4 * 256).fill(255);
  for (const [i, name] of classes.entries()) octets.set(colourOf(colours, name), 4 * i);
  return octets;
}

function colourOf(colours: OutlineStyle['colours'], name: string): readonly [number, number, number] {
  return (Object.hasOwn(colours, name) ? colours[name] : undefined) ?? PLAIN;
}

/** A class's colour in a palette as a filling: 0 to 1. */
export function fillColour(palette: Uint8Array, classNumber: number): [number, number, number, number] {
  const [red = 0, green = 0, blue = 0] = palette.subarray(4 * classNumber, 4 * classNumber + 3);
  return [red / 255, green / 255, blue / 255, FILL_OPACITY];
}

/** The colours of a layer's classes, and their texture. */
export class Palette {
  #octets: Uint8Array = new Uint8Array();
  #texture: WebGLTexture | undefined;
  #colours: OutlineStyle['colours'] | undefined;
  #classes = 0;

  /** Sends colours again only where they are others. */
  on(
    gl: WebGL2RenderingContext,
    classes: readonly string[],
    colours: OutlineStyle['colours'],
  ): { readonly octets: Uint8Array; readonly texture: WebGLTexture } {
    if (this.#colours !== colours || this.#classes !== classes.length) {
      this.release(gl);
      this.#octets = paletteOf(classes, colours);
      this.#colours = colours;
      this.#classes = classes.length;
    }
    this.#texture ??= paletteTexture(gl, this.#octets);
    return { octets: this.#octets, texture: this.#texture };
  }

  release(gl: WebGL2RenderingContext): void {
    if (this.#texture !== undefined) gl.deleteTexture(this.#texture);
    this.#texture = undefined;
  }

  /** The context is gone, and the texture with it. */
  lost(): void {
    this.#texture = undefined;
  }
}
