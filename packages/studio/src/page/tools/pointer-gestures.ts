/** What a press on the viewer means: drawing, a pinch, or something for OpenSeadragon. Works on plain numbers, so that it runs without a page. */
import type { Point, Tool, ToolPointer } from './tool.js';

/** A pointer as a `PointerEvent` tells it. `x`, `y`: CSS pixels from the top left corner of the viewer's element. */
export interface ScreenPointer extends Point {
  readonly id: number;
  readonly kind: 'mouse' | 'pen' | 'touch';
  /** 0 left, 1 middle, 2 right, 5 a pen's eraser. */
  readonly button: number;
  /** 0 to 1. */
  readonly pressure: number;
  readonly shift: boolean;
  readonly control: boolean;
  readonly alt: boolean;
  /** Milliseconds. */
  readonly time: number;
}

export interface Navigation {
  /** CSS pixels that the slide follows the pointer. */
  readonly panBy: (right: number, down: number) => void;
  /** Zooms about a place, CSS pixels. */
  readonly zoomBy: (factor: number, about: Point) => void;
}

export interface GestureTarget {
  /** The tool in use. @param erasing true for a pen's other end: it erases, whatever the tool */
  readonly tool: (erasing: boolean) => Tool;
  /** CSS pixels to level-0 pixels; undefined while no slide is open. */
  readonly toSlide: (point: Point) => Point | undefined;
  readonly navigation: Navigation;
}

/** CSS pixels that a click may move. */
const MAX_CLICK = 4;
/** CSS pixels and milliseconds between clicks that count together. */
const MAX_CLICK_DISTANCE = 6;
const MAX_CLICK_TIME = 400;
const ERASER = 5;

/** The tool has the pointer. */
interface Drawing {
  readonly kind: 'tool';
  readonly pointer: ScreenPointer;
  readonly tool: Tool;
  readonly clicks: number;
}
/** OpenSeadragon has it; if it was only a click, the tool gets that. */
interface Passed {
  readonly kind: 'passed';
  readonly pointer: ScreenPointer;
  readonly tool: Tool | undefined;
  readonly clicks: number;
  moved: boolean;
}
/** `pan`: the middle button; `idle`: fingers that are left of a pinch. */
type State = Drawing | Passed | { readonly kind: 'pan' | 'pinch' | 'idle' };

export class PointerGestures {
  readonly #pointers = new Map<number, ScreenPointer>();
  #state: State | undefined;
  #last: { readonly pointer: ScreenPointer; readonly clicks: number } | undefined;
  #hover: ScreenPointer | undefined;
  /** True while the key that pans is held. */
  panning = false;

  constructor(readonly target: GestureTarget) {}

  /** @returns true if the event is used here and goes no further; false: it is OpenSeadragon's */
  down(pointer: ScreenPointer): boolean {
    this.#pointers.set(pointer.id, pointer);
    if (this.#pointers.size > 1) return this.#another();
    if (pointer.button === 1) {
      this.#state = { kind: 'pan' };
      return true;
    }
    if (pointer.button !== 0 && pointer.button !== ERASER) {
      this.#pointers.delete(pointer.id);
      return false;
    }
    const clicks = this.#count(pointer);
    const at = this.#toolPointer(pointer, clicks);
    const tool = this.target.tool(pointer.button === ERASER);
    if (this.panning || at === undefined || tool.takes?.(at) === false) {
      this.#state = { kind: 'passed', pointer, tool: this.panning ? undefined : tool, clicks, moved: false };
      return false;
    }
    this.#state = { kind: 'tool', pointer, tool, clicks };
    tool.down(at);
    return true;
  }

  /**
   * @param pointers of one event: all places since the last one, in their order
   * @returns as {@link down}
   */
  move(pointers: readonly ScreenPointer[]): boolean {
    const now = pointers.at(-1);
    if (now === undefined) return false;
    const before = this.#pointers.get(now.id);
    if (before === undefined) {
      this.#hover = now.kind === 'touch' ? undefined : now;
      this.hoverAgain();
      return false;
    }
    const state = this.#state;
    if (state?.kind === 'pinch') this.#pinchTo(before, now);
    else if (state?.kind === 'pan') this.target.navigation.panBy(now.x - before.x, now.y - before.y);
    else if (state?.kind === 'passed') {
      if (Math.hypot(now.x - state.pointer.x, now.y - state.pointer.y) > MAX_CLICK) state.moved = true;
    } else if (state?.kind === 'tool' && state.pointer.id === now.id) {
      for (const one of pointers) {
        const at = this.#toolPointer(one, state.clicks);
        if (at !== undefined) state.tool.move(at, true);
      }
    }
    this.#pointers.set(now.id, now);
    return state?.kind !== 'passed';
  }

  /** @returns as {@link down} */
  up(pointer: ScreenPointer): boolean {
    if (!this.#pointers.delete(pointer.id)) return false;
    const state = this.#state;
    if ((state?.kind === 'tool' || state?.kind === 'passed') && state.pointer.id === pointer.id) {
      this.#end();
      const at = this.#toolPointer(pointer, state.clicks);
      if (state.kind === 'tool') {
        if (at === undefined) state.tool.cancel();
        else state.tool.up(at);
        if (pointer.kind === 'touch') state.tool.leave?.();
      } else if (!state.moved && at !== undefined) {
        state.tool?.down(at);
        state.tool?.up(at);
      }
    } else if (state?.kind !== 'tool' && state?.kind !== 'passed') this.#end();
    return state?.kind !== 'passed';
  }

  /** The browser took the pointer away, such as for a gesture of the system: nothing half drawn stays. */
  cancel(id: number): void {
    if (!this.#pointers.delete(id)) return;
    const state = this.#state;
    if (state?.kind === 'tool' && state.pointer.id === id) state.tool.cancel();
    if (state?.kind !== 'tool' || state.pointer.id === id) this.#end();
  }

  /** What the pointer shall look like, as CSS names it. */
  get cursor(): string {
    const state = this.#state;
    if (state?.kind === 'pan' || (state?.kind === 'passed' && state.moved)) return 'grabbing';
    return this.panning ? 'grab' : this.target.tool(false).cursor;
  }

  /** Tells the tool again where the pointer is, such as after the brush got another size. */
  hoverAgain(): void {
    const at = this.#state === undefined && this.#hover !== undefined ? this.#toolPointer(this.#hover, 0) : undefined;
    if (at !== undefined) this.target.tool(false).move(at, false);
  }

  /** The pointer left the slide. */
  leave(): void {
    this.#hover = undefined;
    if (this.#state === undefined) this.target.tool(false).leave?.();
  }

  #end(): void {
    const passes = this.#state?.kind === 'passed';
    this.#state = this.#pointers.size === 0 || passes ? undefined : { kind: 'idle' };
    if (passes) this.#pointers.clear();
  }

  /** A further finger: what the first one drew was the start of a pinch. A hand beside a pen means nothing. */
  #another(): boolean {
    const state = this.#state;
    if (state?.kind === 'passed') {
      state.moved = true;
      return false;
    }
    if ([...this.#pointers.values()].some(({ kind }) => kind !== 'touch')) return true;
    if (state?.kind === 'tool') state.tool.cancel();
    this.#state = { kind: this.#pointers.size === 2 ? 'pinch' : 'idle' };
    this.#last = undefined;
    return true;
  }

  /** What is under each finger stays under it. */
  #pinchTo(before: ScreenPointer, now: ScreenPointer): void {
    const still = [...this.#pointers.values()].find(({ id }) => id !== now.id);
    if (still === undefined) return;
    const span = (one: Point): number => Math.hypot(one.x - still.x, one.y - still.y);
    const [from, to] = [span(before), span(now)];
    this.target.navigation.panBy((now.x - before.x) / 2, (now.y - before.y) / 2);
    if (from > 0 && to > 0) {
      this.target.navigation.zoomBy(to / from, { x: (now.x + still.x) / 2, y: (now.y + still.y) / 2 });
    }
  }

  #count(pointer: ScreenPointer): number {
    const last = this.#last;
    const follows =
      last !== undefined &&
      pointer.time - last.pointer.time <= MAX_CLICK_TIME &&
      pointer.button === last.pointer.button &&
      Math.hypot(pointer.x - last.pointer.x, pointer.y - last.pointer.y) <= MAX_CLICK_DISTANCE;
    const clicks = follows ? last.clicks + 1 : 1;
    this.#last = { pointer, clicks };
    return clicks;
  }

  #toolPointer(pointer: ScreenPointer, clicks: number): ToolPointer | undefined {
    const at = this.target.toSlide(pointer);
    if (at === undefined || !Number.isFinite(at.x) || !Number.isFinite(at.y)) return undefined;
    const { shift, control, alt } = pointer;
    // Only a pen says how hard it presses; the others press by one half, which is the size as it was set.
    return { x: at.x, y: at.y, shift, control, alt, clicks, pressure: pointer.kind === 'pen' ? pointer.pressure : 0.5 };
  }
}
