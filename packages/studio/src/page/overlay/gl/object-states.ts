/** Class, hidden or not, selected or not: what the graphics card looks up for every object. */
import { STATES_ACROSS, stateTexture, updateStates } from './textures.js';

const HIDDEN = 1;
const SELECTED = 2;

export class ObjectStates {
  /** Class and flags of each object, in whole rows. */
  readonly #states: Uint8Array;
  readonly #changed = new Set<number>();
  #texture: WebGLTexture | undefined;

  constructor(classOf: ArrayLike<number>) {
    this.#states = new Uint8Array(2 * STATES_ACROSS * Math.max(1, Math.ceil(classOf.length / STATES_ACROSS)));
    for (let i = 0; i < classOf.length; i++) this.#states[2 * i] = classOf[i] as number;
  }

  isHidden(object: number): boolean {
    return ((this.#states[2 * object + 1] as number) & HIDDEN) !== 0;
  }

  hide(object: number, yes: boolean): void {
    this.#flag(object, HIDDEN, yes);
  }

  select(object: number, yes: boolean): void {
    this.#flag(object, SELECTED, yes);
  }

  #flag(object: number, flag: number, yes: boolean): void {
    const at = 2 * object + 1;
    const before = this.#states[at] as number;
    this.#states[at] = yes ? before | flag : before & ~flag;
    this.#changed.add(Math.floor(object / STATES_ACROSS));
  }

  /** As it is now. */
  texture(gl: WebGL2RenderingContext): WebGLTexture {
    if (this.#texture === undefined) this.#texture = stateTexture(gl, this.#states);
    else for (const row of this.#changed) updateStates(gl, this.#texture, this.#states, row);
    this.#changed.clear();
    return this.#texture;
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
