/** The wand as QuPath's: while it is dragged, the regions of like colour under the pointer join. Its reach follows the size of the brush. */
import { union } from '../../../geometry/boolean.js';
import { simplifyPolygons } from '../../../geometry/simplify.js';
import type { FlatPolygon } from '../../../protocol/objects.js';
import { withinReach } from '../changes.js';
import { type Aim, aimOf, finishAimed } from '../draw/brush.js';
import type { MakeTool, Point } from '../tool.js';
import { PatchPictures } from './patch-pictures.js';
import { regionAround } from './region.js';

/** Times the brush's radius: with the brush as it is at first, about QuPath's 149 pixels across. */
const REACH = 3;
/** Screen pixels: a picture of three times that in each direction is read for it. */
const MAX_REACH = 150;
/** Screen pixels by which the kept outline may be off the regions'. */
const TOLERANCE = 0.5;

interface Work {
  readonly aim: Aim;
  readonly start: Point;
  readonly scale: number;
  polygons: readonly FlatPolygon[];
  /** The place to look at next. */
  wanted: Point | undefined;
  busy: boolean;
  ended: boolean;
  cancelled: boolean;
}

export const makeWand: MakeTool = (context) => {
  let current: Work | undefined;
  const pictures = new PatchPictures(context);
  const reach = (): number => Math.min(MAX_REACH, REACH * context.brushRadius()) * context.pixelsPerScreenPixel();
  const onSlide = ({ x, y }: Point): boolean => x >= 0 && y >= 0 && x < context.slide.width && y < context.slide.height;
  const sketch = (at: Point): void =>
    context.sketch({ polygons: current?.polygons ?? [], circle: { centre: { x: at.x, y: at.y }, radius: reach() } });

  const finish = (work: Work): void => {
    if (work.polygons.length === 0) {
      context.say('The wand works on the slide only; nothing was drawn.');
      return;
    }
    const polygons = simplifyPolygons(work.polygons, TOLERANCE * work.scale);
    finishAimed(context, work.aim, { label: 'wand', polygons, start: work.start });
  };
  /** One place after another; places that were passed while pixels were read are left out. */
  const run = async (work: Work): Promise<void> => {
    work.busy = true;
    for (let at = work.wanted; at !== undefined && !work.cancelled; at = work.wanted) {
      work.wanted = undefined;
      const { picture, patch, toSlide } = await pictures.around(at, reach());
      if (work.cancelled) break;
      work.polygons = union(work.polygons, toSlide(regionAround(picture, patch)));
      if (work === current) sketch(at);
    }
    work.busy = false;
    if (work.ended && !work.cancelled) finish(work);
  };
  const look = (work: Work, at: Point): void => {
    if (!onSlide(at)) return;
    work.wanted = at;
    if (work.busy) return;
    run(work).catch((error: unknown) => {
      work.cancelled = true;
      work.busy = false;
      const reason = error instanceof Error ? error.message : String(error);
      context.say(`The slide's pixels cannot be read: ${reason.replace(/\.$/, '')}. Nothing was drawn.`);
    });
  };
  const cancel = (): void => {
    if (current !== undefined) current.cancelled = true;
    current = undefined;
    context.sketch(undefined);
  };
  return {
    name: 'wand',
    label: 'Wand',
    cursor: 'crosshair',
    down: (pointer) => {
      const start = withinReach(pointer, context);
      current = {
        aim: aimOf(context, { ...pointer, ...start }, false),
        start,
        scale: context.pixelsPerScreenPixel(),
        polygons: [],
        wanted: undefined,
        busy: false,
        ended: false,
        cancelled: false,
      };
      look(current, start);
    },
    move: (pointer, dragging) => {
      if (current !== undefined && dragging) look(current, withinReach(pointer, context));
      sketch(pointer);
    },
    up: () => {
      const work = current;
      current = undefined;
      if (work === undefined) return;
      context.sketch(undefined);
      work.ended = true;
      if (!work.busy && !work.cancelled) finish(work);
    },
    key: ({ key }) => {
      if (key !== 'Escape' || current === undefined) return false;
      cancel();
      return true;
    },
    leave: () => {
      if (current === undefined) context.sketch(undefined);
    },
    cancel,
  };
};
