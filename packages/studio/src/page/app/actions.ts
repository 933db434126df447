/** What keys and buttons do, by the names of the key table. */
import { COMPLETE_AREA, IGNORED_AREA } from '../../protocol/objects.js';
import { type ActionName, keyActions } from '../keys/actions.js';
import { REVIEW_ID } from '../review/review-panel.js';
import { saveSnapshot } from '../snapshot/snapshot.js';
import type { Studio } from '../state/studio.js';
import { MAX_BRUSH_RADIUS, MIN_BRUSH_RADIUS } from '../state/tools.js';
import { changeClass, deleteSelected, fillSelected, mergeSelected } from '../tools/change/commands.js';
import type { ToolContext } from '../tools/tool.js';
import { toggleFullscreen, turn } from '../viewer/controls.js';
import { pixelSizeAcross } from '../viewer/scale-bar.js';

const ZOOM_STEP = 1.5;
const PAN_STEP = 120;
const BRUSH_STEP = 1.2;
const QUARTER = 90;
/** Where the panels are a drawer, as in `layout.css`. */
const NARROW = '(width < 820px)';

export const isAction = (name: string): name is ActionName => keyActions.some((action) => action.name === name);

function resizeBrush({ tools }: Studio, factor: number): void {
  const next = Math.round(tools.brushRadius.peek() * factor);
  tools.brushRadius.value = Math.min(MAX_BRUSH_RADIUS, Math.max(MIN_BRUSH_RADIUS, next));
}

/** Selects the object after or before the selected one, in the table's order, and shows it. */
function step({ objects, selection, goToObject }: Studio, by: 1 | -1): void {
  const [rows, order] = [objects.rows.peek(), objects.order.peek()];
  if (rows === undefined || order.length === 0) return;
  const [id] = selection.ids.peek();
  const now = id === undefined ? -1 : order.indexOf(rows.find(id));
  const start = now < 0 && by < 0 ? 0 : now;
  const row = order[(start + by + order.length) % order.length];
  if (row === undefined) return;
  const next = rows.at(row).id;
  selection.select([next]);
  goToObject(next);
}

function stepSlide({ slides, openSlide }: Studio, by: 1 | -1): void {
  const all = slides.slides.peek();
  const now = all.findIndex(({ id }) => id === slides.current.peek());
  const next = all[now + by];
  if (next !== undefined) openSlide(next.id);
}

export async function snapshot({ camera, slides, messages }: Studio): Promise<void> {
  const [pane, view, slide] = [camera.pane.peek(), camera.view.peek(), slides.detail.peek()];
  if (pane === undefined || view === undefined || slide === undefined) return;
  try {
    const picture = pane.picture();
    const micrometresPerPixel = pixelSizeAcross(slide, view.rotation);
    const name = await saveSnapshot({ picture, slide, view, micrometresPerPixel, cssWidth: pane.cssWidth() });
    messages.say(`Saved ${name}.`);
  } catch (error) {
    messages.problem(error);
  }
}

function cancel(studio: Studio): void {
  // The tool in use was offered the key first: what is half drawn is dropped already.
  const { selection, appearance } = studio;
  if (appearance.drawer.peek() !== 'none') appearance.drawer.value = 'none';
  else selection.clear();
}

/** A selection may be younger than the shapes of its objects, such as when keys follow each other fast. */
function withShapes(studio: Studio, work: (context: ToolContext) => void): void {
  const context = studio.context.peek();
  if (context === undefined) return;
  const ids = [...studio.selection.ids.peek()];
  if (ids.every((id) => context.object(id) !== undefined)) work(context);
  else void studio.geometry.need(ids).then(() => work(context));
}

/** The class of what is drawn next, and of what is selected. */
function useClass(studio: Studio, name: string | undefined): boolean {
  if (name === undefined) return false;
  studio.tools.activeClass.value = name;
  if (studio.selection.ids.peek().size > 0) withShapes(studio, (context) => changeClass(context, name));
  return true;
}

/** Brings the review to the front and gives it the focus, once it is drawn. */
export function goToReview({ appearance }: Studio): void {
  appearance.tab.value = 'review';
  if (matchMedia(NARROW).matches) appearance.drawer.value = 'side';
  requestAnimationFrame(() => document.getElementById(REVIEW_ID)?.focus());
}

type Act = (studio: Studio) => unknown;

const toggle = (signal: { value: boolean }): void => {
  signal.value = !signal.value;
};

const onContext =
  (work: (context: ToolContext) => void): Act =>
  (studio) => {
    withShapes(studio, work);
    return studio.context.peek() !== undefined;
  };

const acts: Readonly<Partial<Record<ActionName, Act>>> = {
  pan: ({ tools }) => {
    tools.panning.value = true;
  },
  'brush-smaller': (studio) => resizeBrush(studio, 1 / BRUSH_STEP),
  'brush-larger': (studio) => resizeBrush(studio, BRUSH_STEP),
  cancel,
  'next-object': (studio) => step(studio, 1),
  'previous-object': (studio) => step(studio, -1),
  'zoom-to-object': ({ selection, goToObject }) => {
    const [id] = selection.ids.peek();
    if (id === undefined) return false;
    goToObject(id);
    return true;
  },
  merge: onContext(mergeSelected),
  'fill-holes': onContext(fillSelected),
  delete: onContext(deleteSelected),
  'class-ignored': (studio) => useClass(studio, IGNORED_AREA),
  'class-complete': (studio) => useClass(studio, COMPLETE_AREA),
  review: goToReview,
  undo: ({ document }) => document.undo(),
  redo: ({ document }) => document.redo(),
  hide: ({ layers }) => toggle(layers.shown),
  fill: ({ layers }) => toggle(layers.filled),
  help: ({ appearance }) => {
    appearance.dialog.value = appearance.dialog.peek() === 'help' ? 'none' : 'help';
  },
  'zoom-in': ({ camera }) => camera.pane.peek()?.zoomBy(ZOOM_STEP),
  'zoom-out': ({ camera }) => camera.pane.peek()?.zoomBy(1 / ZOOM_STEP),
  home: ({ camera }) => camera.pane.peek()?.home(),
  'pan-left': ({ camera }) => camera.pane.peek()?.panBy(-PAN_STEP, 0),
  'pan-right': ({ camera }) => camera.pane.peek()?.panBy(PAN_STEP, 0),
  'pan-up': ({ camera }) => camera.pane.peek()?.panBy(0, -PAN_STEP),
  'pan-down': ({ camera }) => camera.pane.peek()?.panBy(0, PAN_STEP),
  rotate: (studio) => turn(studio, QUARTER),
  flip: ({ camera }) => camera.pane.peek()?.flip(),
  'full-screen': toggleFullscreen,
  snapshot: (studio) => void snapshot(studio),
  'next-slide': (studio) => stepSlide(studio, 1),
  'previous-slide': (studio) => stepSlide(studio, -1),
};

/** @returns true if it was used */
export function runAction(studio: Studio, name: ActionName): boolean {
  const [, number] = /^class-([1-8])$/.exec(name) ?? [];
  if (number !== undefined) {
    return useClass(studio, studio.slides.session.peek()?.classes[Number(number) - 1]?.name);
  }
  const act = acts[name];
  if (act !== undefined) return act(studio) !== false;
  if (!studio.tools.list.peek().some((tool) => tool.name === name)) return false;
  studio.tools.use(name);
  return true;
}

/** The key of an action that is held was let go. */
export function endAction({ tools }: Studio, name: ActionName): void {
  if (name === 'pan') tools.panning.value = false;
}
