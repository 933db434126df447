/** Joins the review to the page: the viewer that shows an item, the tools that fix it, the edits that it follows. */
import { effect } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { FlatPolygon } from '../../protocol/objects.js';
import type { Box } from '../state/camera.js';
import type { Studio } from '../state/studio.js';
import type { ReviewBackend, ReviewHost } from './review-host.js';
import { ReviewPanel } from './review-panel.js';
import { createReview } from './review-state.js';

/** Sides of an item that are seen around it on each side: enough to judge a glomerulus by its surroundings. */
const CONTEXT = 1.2;
/** The tool that an object is fixed with at first. */
const FIX_TOOL = 'vertices';

const around = ([x, y, width, height]: readonly [number, number, number, number]): Box => {
  const margin = CONTEXT * Math.max(width, height, 1);
  return { x: x - margin, y: y - margin, width: width + 2 * margin, height: height + 2 * margin };
};

/** Does something when a slide is open, its pane too. @returns a function that gives it up */
function whenOpen(studio: Studio, slide: string, act: () => void): () => void {
  let isDone = false;
  const dispose = effect(() => {
    const { slides, camera, context } = studio;
    const isOpen = slides.detail.value?.id === slide && context.value !== undefined;
    if (isDone || !isOpen || camera.pane.value === undefined || camera.view.value === undefined) return;
    isDone = true;
    // Not within the effect: what acts here changes signals that it reads.
    queueMicrotask(act);
  });
  return () => {
    isDone = true;
    dispose();
  };
}

/** @returns the panel */
export function studioReview(studio: Studio, backend: ReviewBackend): ComponentType {
  let pending = (): void => undefined;
  let sketched: readonly FlatPolygon[] | undefined;
  const draw = (polygons: readonly FlatPolygon[] | undefined): void => {
    if (polygons === undefined && sketched === undefined) return;
    sketched = polygons;
    studio.tools.draw(polygons === undefined ? undefined : { polygons });
  };
  const host: ReviewHost = {
    show: (item, outline) => {
      pending();
      draw(undefined);
      if (studio.slides.current.peek() !== item.slide) studio.openSlide(item.slide);
      pending = whenOpen(studio, item.slide, () => {
        studio.camera.pane.peek()?.fit(around(item.box));
        studio.selection.select(outline === undefined ? [item.id] : []);
        draw(outline);
      });
    },
    hide: () => {
      pending();
      draw(undefined);
    },
    fix: (item) => {
      draw(undefined);
      studio.document.refresh();
      studio.selection.select([item.id]);
      studio.tools.use(FIX_TOOL);
      studio.appearance.drawer.value = 'none';
      const viewer = document.querySelector<HTMLElement>('.viewer');
      if (viewer === null) return;
      viewer.tabIndex = -1;
      viewer.focus();
    },
    decided: (slide) => {
      if (studio.slides.current.peek() === slide) studio.document.refresh();
    },
  };
  const review = createReview(backend, host);
  effect(() => {
    const changed = studio.document.changed.value;
    const item = review.current.peek();
    const object = item === undefined ? undefined : changed.get(item.id);
    if (item === undefined || item.kind === 'ghost' || object === undefined) return;
    review.changed(item.id, object === null ? 'rejected' : 'fixed');
  });
  effect(() => {
    // What was drawn or undone changes counts and estimates once it is saved.
    if (
      studio.document.status.value === 'saved' &&
      studio.document.changed.value.size >= 0 &&
      review.page.peek() !== undefined
    ) {
      void review.refresh();
    }
  });
  return () => <ReviewPanel review={review} />;
}
