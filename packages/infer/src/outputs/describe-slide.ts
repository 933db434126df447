/** What the bands of a slide say, before anything of it is written: the mask, its objects with their names and measures, and the numbers of the slide. */
import {
  componentsOf,
  FtuError,
  isColourless,
  objectsOf,
  type RunMask,
  type RunObjects,
  type SlideLook,
} from '@ftuseg/core';
import type { BandStore } from '../band-store/band-store.js';
import { throwIfCancelled } from '../concurrency/cancel.js';
import { prefetch } from '../concurrency/prefetch.js';
import { collectRuns } from '../level0/collect-runs.js';
import { postprocess } from '../level0/postprocess.js';
import type { SlidePlan } from '../plan/plan.js';
import { countGlomeruli } from './count-glomeruli.js';
import { objectId } from './objects/object-id.js';
import { type MeasuredObject, measureObjects } from './objects/object-measures.js';
import { objectStatistics } from './objects/object-statistics.js';
import { type SlideFacts, slideFacts } from './slide-facts.js';

export interface DescribedSlide {
  /** After post-processing. */
  readonly mask: RunMask;
  readonly objects: RunObjects;
  /** Of the objects, in order; none where nobody wants them. */
  readonly measured: readonly MeasuredObject[];
  readonly ids: readonly string[];
  readonly facts: SlideFacts;
  /** Objects that there were before post-processing, where it left none. */
  readonly removed: number;
  /** Objects that were dropped because they are smaller than the least area. */
  readonly small: number;
}

export interface DescribeOptions {
  /** Of the slide. */
  readonly id: string;
  /** Of its overview. */
  readonly look: SlideLook;
  /** Whether objects are measured and named. */
  readonly describes: boolean;
  readonly signal: AbortSignal | undefined;
}

/** A kidney has a million glomeruli, and a section of it some thousands. Each object takes about a kilobyte until all files are written. */
const MAX_OBJECTS = 1_000_000;

/** @throws {FtuError} `unsupported` for more objects than memory is sure to hold */
function refuseSpecks(mask: RunMask): void {
  if (mask.starts.length <= MAX_OBJECTS) return;
  const { count } = componentsOf(mask);
  if (count <= MAX_OBJECTS) return;
  throw new FtuError('unsupported', `${count} objects were found, and a slide may have ${MAX_OBJECTS}`, {
    hint: 'a network that learnt too little finds specks: train it longer, raise `threshold`, or set `minimumArea`',
  });
}

/** @throws {FtuError} `cancelled`, `unsupported` for more than a million objects, or what the store throws */
export async function describeSlide(
  slide: { readonly width: number; readonly height: number },
  plan: SlidePlan,
  store: Pick<BandStore, 'runs' | 'bands'>,
  { id, look, describes, signal }: DescribeOptions,
): Promise<DescribedSlide> {
  const found = collectRuns(await store.runs(), slide.width, slide.height);
  const { mask, small } = postprocess(found, plan);
  refuseSpecks(mask);
  const objects = objectsOf(mask);
  throwIfCancelled(signal);
  // A page waits for each file: the next one is read meanwhile.
  const bands = prefetch(store.bands(), 1);
  const statistics = describes ? await objectStatistics(mask, objects, bands, plan.grid) : [];
  const measured = describes ? measureObjects(mask, objects, statistics, plan) : [];
  const stained = isColourless(look) ? undefined : look.stained;
  return {
    mask,
    objects,
    measured,
    ids: measured.map((object, i) => objectId(id, i, object)),
    facts: slideFacts(objects.objects, plan, {
      tissueShare: stained,
      glomeruli: countGlomeruli(mask, objects, plan.classes),
    }),
    removed: objects.objects.length === 0 && mask !== found.mask ? componentsOf(found.mask).count : 0,
    small,
  };
}
