/** Whose the pointer is in a pane: the tools' listener has the first look, and what it leaves moves the slide. */
import { effect, untracked } from '@preact/signals';
import type { PaneSide } from '../layers/shown.js';
import type { Studio } from '../state/studio.js';
import { attachPointers } from '../tools/pointer-input.js';
import { viewAround } from './camera.js';
import type { Seadragon } from './seadragon.js';

export interface PointerOptions {
  readonly studio: Studio;
  readonly seadragon: Seadragon;
  readonly side: PaneSide;
  readonly frame: HTMLElement;
  /** The navigator and whatever else lies in the frame has its own pointer. */
  readonly slideElement: HTMLElement;
}

/** @returns a function that ends it */
export function listenToPointer({ studio, seadragon, side, frame, slideElement }: PointerOptions): () => void {
  const { camera, document, selection, tools } = studio;
  const zoomBy = (factor: number, about: { readonly x: number; readonly y: number }): void => {
    const view = seadragon.view();
    if (view === undefined) return;
    const offset = { x: about.x - frame.clientWidth / 2, y: about.y - frame.clientHeight / 2 };
    // The place of the slide that is there now stays there.
    const now = viewAround(view, { x: 0, y: 0 }, offset, view.zoom);
    const point = { x: view.x - now.x, y: view.y - now.y };
    seadragon.show(viewAround(view, point, offset, view.zoom * factor), true);
  };
  const input = attachPointers({
    element: slideElement,
    // What is drawn is drawn in the main pane: the other one is looked at.
    tool: (erasing) => (side === 'main' ? tools.inUse(erasing) : tools.inUse(false, 'move')),
    camera: seadragon.camera,
    canvas: seadragon.canvas,
    navigation: { panBy: (right, down) => seadragon.panBy(-right, -down), zoomBy },
    hover: camera.pointAt,
  });
  const ends = [
    tools.panning.subscribe((on) => input.setPanning(on)),
    // What follows the pointer also follows the camera, the size of the brush, the selection and every edit.
    effect(() => {
      void [
        tools.active.value,
        tools.brushRadius.value,
        camera.view.value,
        selection.ids.value,
        document.changed.value,
      ];
      untracked(input.hoverAgain);
    }),
    input.close,
  ];
  return () => {
    for (const end of ends) end();
  };
}
