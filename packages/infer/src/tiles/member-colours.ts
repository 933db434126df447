/**
 * The colours in which networks are shown a slide: where a model was trained on slides brought to the same colours, this one is too, by the numbers in
 * its card.
 */
import { measureStain, normaliseStain, type Raster, type StainMethod, type StainStatistics } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import type { Member, SlidePlan } from '../plan/plan.js';
import { readOverview } from './background.js';

export interface MemberColours {
  /** A picture of the slide at the member's resolution, RGB, as its network is shown it. */
  show(member: Pick<Member, 'model'>, picture: Raster): Raster;
  /** A sentence where colours stay as they are though a network learnt from others; undefined: none does. */
  readonly note: string | undefined;
}

const asTheyAre: MemberColours = { show: (_, picture) => picture, note: undefined };

const methodsOf = ({ members }: Pick<SlidePlan, 'members'>): Set<StainMethod> =>
  new Set(members.flatMap(({ model }) => model.card.stainNormalisation?.method ?? []));

/** @param overview of the slide, as `readOverview` gives it */
export function memberColours(plan: Pick<SlidePlan, 'members'>, overview: Raster): MemberColours {
  const methods = methodsOf(plan);
  if (methods.size === 0) return asTheyAre;
  const own = new Map<StainMethod, StainStatistics>();
  for (const method of methods) {
    const found = measureStain(overview, method);
    if (found !== undefined) own.set(method, found);
  }
  const missing = [...methods].filter((method) => !own.has(method));
  return {
    show({ model }, picture) {
      const target = model.card.stainNormalisation;
      const from = target && own.get(target.method);
      return target === undefined || from === undefined ? picture : normaliseStain(picture, from, target);
    },
    note:
      missing.length === 0
        ? undefined
        : `the slide has too little colour to normalise its stains (${missing.join(', ')}): its colours stay as they are`,
  };
}

/** The same where nobody has read the overview yet; it is read only where a model needs it. */
export async function coloursOf(
  slide: Slide,
  plan: Pick<SlidePlan, 'members'>,
  signal: AbortSignal | undefined,
): Promise<MemberColours> {
  return methodsOf(plan).size === 0 ? asTheyAre : memberColours(plan, await readOverview(slide, signal));
}
