/** Joins `PointerGestures` to the viewer's element. It listens before OpenSeadragon, and stops what a tool has taken. */
import type { Camera } from '../overlay/overlay.js';
import { type GestureTarget, PointerGestures, type ScreenPointer } from './pointer-gestures.js';
import type { Point } from './tool.js';

export interface PointerInputOptions extends Omit<GestureTarget, 'toSlide'> {
  /** Around OpenSeadragon's elements. Its style has `touch-action: none`. */
  readonly element: HTMLElement;
  /** Of the last frame; undefined while no slide is open. */
  readonly camera: () => Camera | undefined;
  /** The canvas that the camera draws on, in device pixels. */
  readonly canvas: () => { readonly width: number; readonly height: number } | undefined;
  /** Level-0 pixels under the pointer; undefined: it left. */
  readonly hover?: (point: Point | undefined) => void;
}

export interface PointerInput {
  /** While it is true, every press pans. */
  readonly setPanning: (on: boolean) => void;
  /** Tells the tool again where the pointer is, such as after the brush got another size. */
  readonly hoverAgain: () => void;
  readonly close: () => void;
}

/** Device pixels to level-0 pixels; undefined for a camera that cannot be turned back. */
function inverse({ a, b, c, d, e, f }: Camera, { x, y }: Point): Point | undefined {
  const determinant = a * d - b * c;
  if (determinant === 0) return undefined;
  return { x: (d * (x - e) - c * (y - f)) / determinant, y: (a * (y - f) - b * (x - e)) / determinant };
}

const kindOf = (type: string): ScreenPointer['kind'] => (type === 'pen' || type === 'touch' ? type : 'mouse');

export function attachPointers(options: PointerInputOptions): PointerInput {
  const { element, tool, navigation, camera, canvas, hover } = options;
  const toSlide: GestureTarget['toSlide'] = ({ x, y }) => {
    const [now, drawn, box] = [camera(), canvas(), element.getBoundingClientRect()];
    if (now === undefined || drawn === undefined || box.width === 0 || box.height === 0) return undefined;
    return inverse(now, { x: (x * drawn.width) / box.width, y: (y * drawn.height) / box.height });
  };
  const gestures = new PointerGestures({ tool, navigation, toSlide });
  const pointerOf = (event: PointerEvent): ScreenPointer => {
    const box = element.getBoundingClientRect();
    return {
      id: event.pointerId,
      kind: kindOf(event.pointerType),
      x: event.clientX - box.left,
      y: event.clientY - box.top,
      button: event.button,
      pressure: event.pressure,
      shift: event.shiftKey,
      control: event.ctrlKey || event.metaKey,
      alt: event.altKey,
      time: event.timeStamp,
    };
  };
  const showCursor = (): void => {
    element.style.cursor = gestures.cursor;
  };
  const down = (event: PointerEvent): void => {
    if (!gestures.down(pointerOf(event))) return;
    // The pointer stays the tool's beyond the edge of the viewer.
    element.setPointerCapture(event.pointerId);
    event.stopPropagation();
  };
  const move = (event: PointerEvent): void => {
    const pointer = pointerOf(event);
    hover?.(toSlide(pointer));
    const since = event.buttons === 0 ? [] : event.getCoalescedEvents();
    if (gestures.move(since.length === 0 ? [pointer] : since.map(pointerOf))) event.stopPropagation();
    showCursor();
  };
  const up = (event: PointerEvent): void => {
    if (gestures.up(pointerOf(event))) event.stopPropagation();
    showCursor();
  };
  const cancel = (event: PointerEvent): void => gestures.cancel(event.pointerId);
  const leave = (): void => {
    gestures.leave();
    hover?.(undefined);
  };
  // Firefox and Linux paste or scroll with the middle button, which pans here.
  const press = (event: MouseEvent): void => {
    if (event.button === 1) event.preventDefault();
  };
  const ended = new AbortController();
  const { signal } = ended;
  const before = { capture: true, signal };
  element.addEventListener('pointerdown', down, before);
  element.addEventListener('pointermove', move, before);
  element.addEventListener('pointerup', up, before);
  element.addEventListener('pointercancel', cancel, before);
  element.addEventListener('pointerleave', leave, { signal });
  element.addEventListener('mousedown', press, { signal });
  return {
    setPanning: (on) => {
      gestures.panning = on;
      showCursor();
    },
    hoverAgain: () => {
      gestures.hoverAgain();
      showCursor();
    },
    close: () => ended.abort(),
  };
}
