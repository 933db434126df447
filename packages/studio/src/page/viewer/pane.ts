/** One view of a slide: OpenSeadragon below, the overlay's canvas over it, and the pointer that a tool is given. */
import { effect, signal } from '@preact/signals';
import type { SlideDetail } from '../../protocol/slides.js';
import { sentence } from '../backend/requests.js';
import type { PaneSide } from '../layers/shown.js';
import type { Overlay } from '../overlay/overlay.js';
import type { Pane } from '../state/camera.js';
import type { Studio } from '../state/studio.js';
import { boxSeen } from './camera.js';
import { hostOverlay } from './overlay-host.js';
import { pictureOf } from './picture.js';
import { listenToPointer } from './pointer.js';
import { openSeadragon } from './seadragon.js';

export interface PaneElements {
  readonly frame: HTMLElement;
  readonly seadragon: HTMLElement;
  readonly overlay: HTMLCanvasElement;
  readonly navigator: HTMLElement | undefined;
}

export interface OpenPaneOptions {
  readonly studio: Studio;
  readonly slide: SlideDetail;
  readonly side: PaneSide;
  readonly elements: PaneElements;
}

/** @returns a function that closes the pane */
export function openPane({ studio, slide, side, elements }: OpenPaneOptions): () => void {
  const { camera, messages, backend, layers } = studio;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
  let failures = 0;
  const seadragon = openSeadragon({
    element: elements.seadragon,
    navigator: elements.navigator,
    slide,
    backend,
    colours: layers.colours.peek(),
    view: camera.view.peek(),
    still,
    failed: () => {
      failures += 1;
      const some = failures === 1 ? 'A tile' : `${failures} tiles`;
      messages.say(`${some} of this slide could not be loaded: they stay blurred.`);
    },
  });
  let overlay: Overlay | undefined;
  try {
    overlay = studio.makeOverlay(elements.overlay);
  } catch (error) {
    studio.noGraphics.value = error instanceof Error ? error.message : String(error);
  }

  /** Device pixels of the canvas. */
  const width = signal(seadragon.canvas()?.width ?? 0);
  let drawn: { readonly pending: number; readonly problem: string | undefined } = { pending: 0, problem: undefined };
  let said: string | undefined;
  const tellBusy = (): void => {
    const isComplete = seadragon.viewer.isOpen() && seadragon.viewer.getFullyLoaded() && drawn.pending === 0;
    elements.frame.setAttribute('aria-busy', String(!isComplete));
    if (drawn.problem !== undefined && drawn.problem !== said) messages.say(sentence(drawn.problem));
    said = drawn.problem;
  };
  const draw = (): void => {
    const [now, canvas] = [seadragon.camera(), seadragon.canvas()];
    if (now === undefined || canvas === undefined || overlay === undefined) return;
    const { overlay: over } = elements;
    if (over.width !== canvas.width || over.height !== canvas.height) {
      over.width = canvas.width;
      over.height = canvas.height;
      width.value = canvas.width;
    }
    const { pending, problem } = overlay.draw(now, over.width, over.height);
    drawn = { pending, problem };
    tellBusy();
  };
  let asked = 0;
  const redraw = (): void => {
    if (asked !== 0) return;
    asked = requestAnimationFrame(() => {
      asked = 0;
      draw();
    });
  };
  const report = (): void => {
    // Another slide has been opened: where this one stood says nothing of that.
    if (studio.slides.current.peek() !== slide.id) return;
    const view = seadragon.view();
    // Only the pane that moves reports: one that follows would report a view that is rounded.
    if (view !== undefined && (camera.movedBy.peek() === side || camera.view.peek() === undefined)) {
      camera.moved(view, side);
    }
  };
  seadragon.viewer.addHandler('update-viewport', () => {
    report();
    draw();
  });
  seadragon.viewer.addHandler('animation', report);
  seadragon.viewer.addHandler('fully-loaded-change', tellBusy);
  seadragon.viewer.addHandler('open', () => {
    const view = camera.view.peek();
    if (side === 'main') camera.take(side);
    else if (view !== undefined) seadragon.show(view, true);
    report();
    redraw();
  });
  const grip = (): void => camera.take(side);
  for (const name of ['pointerdown', 'wheel', 'keydown'] as const) {
    elements.frame.addEventListener(name, grip, { capture: true, passive: true });
  }

  const { viewer } = seadragon;
  const grabbed = (act: () => void): void => {
    camera.take(side);
    act();
  };
  const pane: Pane = {
    fit: (box) => grabbed(() => seadragon.fit(box)),
    show: (view, immediately) => grabbed(() => seadragon.show(view, immediately || still)),
    home: () => grabbed(() => viewer.viewport.goHome(still)),
    zoomBy: (factor) => grabbed(() => viewer.viewport.zoomBy(factor, undefined, still).applyConstraints(still)),
    zoomTo: (zoom) =>
      grabbed(() => {
        const view = seadragon.view();
        if (view !== undefined) seadragon.show({ ...view, zoom }, still);
      }),
    panBy: (right, down) => grabbed(() => seadragon.panBy(right, down)),
    rotateTo: (degrees) => grabbed(() => viewer.viewport.rotateTo(degrees, undefined, still)),
    flip: () => grabbed(() => viewer.viewport.toggleFlip()),
    box: () => {
      const [now, canvas] = [seadragon.camera(), seadragon.canvas()];
      return now === undefined || canvas === undefined ? undefined : boxSeen(now, canvas);
    },
    cssWidth: () => elements.frame.clientWidth,
    picture: () => {
      const canvas = seadragon.canvas();
      // A WebGL canvas keeps its picture until the next frame only: both are drawn now.
      draw();
      return canvas === undefined
        ? document.createElement('canvas')
        : pictureOf(canvas, overlay === undefined ? undefined : elements.overlay);
    },
  };
  const ends: (() => void)[] = [
    listenToPointer({ studio, seadragon, side, frame: elements.frame, slideElement: elements.seadragon }),
    effect(() => {
      const view = camera.view.value;
      if (view !== undefined && camera.movedBy.value !== side) seadragon.show(view, true);
    }),
  ];
  if (overlay !== undefined) {
    ends.push(
      hostOverlay({
        overlay,
        studio,
        slide,
        side,
        canvasWidth: () => width.value,
        pixelRatio: () => width.value / Math.max(1, elements.frame.clientWidth),
        redraw,
      }),
    );
  }
  if (side === 'main') {
    camera.attach(pane);
    studio.overlay.value = overlay;
  }
  return () => {
    for (const end of ends) end();
    cancelAnimationFrame(asked);
    for (const name of ['pointerdown', 'wheel', 'keydown'] as const) {
      elements.frame.removeEventListener(name, grip, { capture: true });
    }
    if (side === 'main') {
      camera.attach(undefined);
      studio.overlay.value = undefined;
    }
    overlay?.close();
    seadragon.close();
  };
}
