/** Joins the review to the page: the viewer that shows an item, the tools that fix it, the edits that it follows. */
import { effect } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { FlatPolygon } from '../../protocol/objects.js';
import type { ReviewItem } from '../../protocol/review.js';
import type { Box } from '../state/camera.js';
import type { Studio } from '../state/studio.js';
import type { ReviewBackend, ReviewHost } from './review-host.js';
import { ReviewPanel } from './review-panel.js';
import { createReview } from './review-state.js';

/** Sides of an item that are seen around it on each side: enough to judge a glomerulus by its surroundings. */
const CONTEXT = 1.2;
/** A crumb is seen among what surrounds it, too: a view is never smaller than this, micrometres, or level-0 pixels where the scale is unknown. */
const MIN_VIEW = { micrometres: 250, pixels: 400 } as const;
/** Milliseconds after the last decision. */
const LIST_WAIT = 700;
/** The tool that an object is fixed with at first. */
const FIX_TOOL = 'vertices';

function around([x, y, width, height]: ReviewItem['box'], pixelSize: { readonly x: number } | undefined): Box {
  const least = pixelSize === undefined ? MIN_VIEW.pixels : MIN_VIEW.micrometres / pixelSize.x;
  const side = Math.max((1 + 2 * CONTEXT) * Math.max(width, height), least);
  return { x: x + width / 2 - side / 2, y: y + height / 2 - side / 2, width: side, height: side };
}

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
  let fixing = (): void => undefined;
  let sketched: readonly FlatPolygon[] | undefined;
  let shown: ReviewItem | undefined;
  let reading: ReturnType<typeof setTimeout> | undefined;
  const draw = (polygons: readonly FlatPolygon[] | undefined): void => {
    if (polygons === undefined && sketched === undefined) return;
    sketched = polygons;
    studio.tools.draw(polygons === undefined ? undefined : { polygons });
  };
  /** An object that was rejected is in no layer: it is sketched as the prediction has it. */
  const drawRejected = async (item: ReviewItem): Promise<void> => {
    const layer = studio.correctedLayer.peek();
    // A chunk that cannot be read is said where it is drawn.
    const asked = layer === undefined ? undefined : studio.overlay.peek()?.polygonsOf(layer.id, item.id);
    const polygons = await asked?.catch(() => undefined);
    if (polygons !== undefined && shown === item) draw(polygons);
  };
  const host: ReviewHost = {
    show: (item, outline) => {
      pending();
      fixing();
      draw(undefined);
      shown = item;
      if (studio.slides.current.peek() !== item.slide) studio.openSlide(item.slide);
      pending = whenOpen(studio, item.slide, () => {
        studio.camera.pane.peek()?.fit(around(item.box, studio.slides.detail.peek()?.pixelSize));
        const isObject = outline === undefined && item.state !== 'rejected';
        studio.selection.select(isObject ? [item.id] : []);
        draw(outline);
        if (outline === undefined && !isObject) void drawRejected(item);
      });
    },
    hide: () => {
      pending();
      shown = undefined;
      draw(undefined);
    },
    fix: (item) => {
      shown = undefined;
      draw(undefined);
      fixing();
      // The key may be faster than the slide: tools come with it.
      fixing = whenOpen(studio, item.slide, () => {
        studio.document.refresh();
        studio.selection.select([item.id]);
        studio.tools.use(FIX_TOOL);
        studio.appearance.drawer.value = 'none';
        const viewer = document.querySelector<HTMLElement>('.viewer');
        if (viewer === null) return;
        viewer.tabIndex = -1;
        viewer.focus();
      });
    },
    decided: (slide) => {
      if (studio.slides.current.peek() === slide) studio.document.refresh();
      // The list counts the objects of a slide that was left meanwhile, too; decisions come quickly.
      clearTimeout(reading);
      reading = setTimeout(() => void studio.slides.readList(), LIST_WAIT);
    },
  };
  const review = createReview(backend, host);
  effect(() => {
    const [changed, decisions, open] = [
      studio.document.changed.value,
      studio.document.decisions.value,
      studio.document.open.value,
    ];
    const item = review.current.peek();
    if (item === undefined || item.kind === 'ghost') return;
    if (open === undefined || studio.slides.current.peek() !== item.slide) return;
    const object = changed.get(item.id);
    if (object === undefined) review.changed(item.id, decisions.get(item.id) ?? 'open');
    else review.changed(item.id, object === null ? 'rejected' : 'fixed');
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
