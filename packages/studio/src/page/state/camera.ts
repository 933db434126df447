/** Where the slide is looked at. Panes report their movement here and follow it, so that several stay linked. */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Point } from '../tools/tool.js';
import type { View } from './address.js';

/** Level-0 pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a pane does when it is told to. */
export interface Pane {
  readonly fit: (box: Box) => void;
  readonly show: (view: View, immediately: boolean) => void;
  readonly home: () => void;
  /** Keeps the middle where it is. */
  readonly zoomBy: (factor: number) => void;
  readonly zoomTo: (zoom: number) => void;
  /** CSS pixels. */
  readonly panBy: (right: number, down: number) => void;
  readonly rotateTo: (degrees: number) => void;
  readonly flip: () => void;
  /** The upright box around what is seen. */
  readonly box: () => Box | undefined;
  /** CSS pixels. */
  readonly cssWidth: () => number;
  /** The slide and what is drawn over it as the screen shows them, in device pixels. */
  readonly picture: () => HTMLCanvasElement;
}

export interface CameraState {
  readonly view: ReadonlySignal<View | undefined>;
  /** Who moved it last: others follow, that one does not. */
  readonly movedBy: ReadonlySignal<string | undefined>;
  /** Level-0 pixels under the pointer; undefined: it is elsewhere. */
  readonly pointer: ReadonlySignal<Point | undefined>;
  /** The pane that commands go to. */
  readonly pane: ReadonlySignal<Pane | undefined>;
  readonly moved: (view: View, by: string) => void;
  /** A pane is moved by hand from now on. */
  readonly take: (by: string) => void;
  readonly pointAt: (point: Point | undefined) => void;
  readonly attach: (pane: Pane | undefined) => void;
  /** Of another slide nothing is known until its pane is open. */
  readonly forget: () => void;
}

const same = (one: View | undefined, other: View): boolean =>
  one !== undefined &&
  one.x === other.x &&
  one.y === other.y &&
  one.zoom === other.zoom &&
  one.rotation === other.rotation &&
  one.flipped === other.flipped;

export function createCamera(): CameraState {
  const view = signal<View | undefined>(undefined);
  const movedBy = signal<string | undefined>(undefined);
  const pointer = signal<Point | undefined>(undefined);
  const pane = signal<Pane | undefined>(undefined);
  return {
    view,
    movedBy,
    pointer,
    pane,
    moved: (next, by) => {
      movedBy.value = by;
      if (!same(view.peek(), next)) view.value = next;
    },
    take: (by) => {
      movedBy.value = by;
    },
    pointAt: (point) => {
      pointer.value = point;
    },
    attach: (next) => {
      pane.value = next;
    },
    forget: () => {
      view.value = undefined;
      pointer.value = undefined;
    },
  };
}
