/**
 * The colours in which networks are shown a slide: where a model was trained on slides that were brought to sRGB or to the same stains, this one is too, by
 * what its card or the settings say.
 */
import type { Raster } from '@ftuseg/core';
import type { Slide } from '@ftuseg/slide';
import { type SlideColours, slideColours } from '@ftuseg/slide/browser';
import { colourWords, keepsToCard, keyOf } from '../plan/colour-choice.js';
import type { Member, SlidePlan } from '../plan/plan.js';
import { readOverview } from './background.js';

type ColouredMember = Pick<Member, 'colours'>;

export interface MemberColours {
  /** A picture of the slide at the member's resolution, RGB, as its network is shown it. */
  show(member: ColouredMember, picture: Raster): Raster;
  /** Whether `show` changes anything for it. */
  changes(member: ColouredMember): boolean;
  /** What a person must read: colours that could not be changed, or are not those that a network learnt from. */
  readonly warnings: readonly string[];
}

const asTheyAre: MemberColours = { show: (_, picture) => picture, changes: () => false, warnings: [] };

/** What is said of a slide that is taken as sRGB for want of a profile. */
export const NO_PROFILE = 'the slide has no ICC profile: its colours are taken as sRGB';

type Plan = Pick<SlidePlan, 'members'>;

const isPlain = ({ icc, stainNormalisation }: Member['colours']): boolean =>
  icc === undefined && stainNormalisation === undefined;

/**
 * @param overview of the slide, as `readOverview` gives it
 * @throws {SlideError} for an ICC profile that is needed and damaged, or for other pictures
 */
export async function memberColours(slide: Slide, { members }: Plan, overview: Raster): Promise<MemberColours> {
  const found = new Map<string, SlideColours>();
  const warnings = new Set<string>();
  for (const { colours, model } of members) {
    if (!keepsToCard(colours, model.card)) {
      warnings.add(
        `${model.card.name} is shown ${colourWords(colours)}, and was trained on ${colourWords(model.card)}: its result may be worse`,
      );
    }
    const key = keyOf(colours);
    if (isPlain(colours) || found.has(key)) continue;
    const own = await slideColours(slide, colours, async () => overview, 'the slide');
    found.set(key, own);
    if (own.lacksProfile) warnings.add(NO_PROFILE);
    const { stainNormalisation: target } = colours;
    if (own.lacksStain && target !== undefined) {
      warnings.add(
        `the slide has too little colour to normalise its stains (${target.method}): its colours stay as they are`,
      );
    }
  }
  if (found.size === 0) return { ...asTheyAre, warnings: [...warnings] };
  const recolourOf = ({ colours }: ColouredMember) => found.get(keyOf(colours))?.recolour;
  return {
    show: (member, picture) => recolourOf(member)?.(picture) ?? picture,
    changes: (member) => recolourOf(member) !== undefined,
    warnings: [...warnings],
  };
}

/** The same where nobody has read the overview yet; it is read only where a model needs it. */
export async function coloursOf(slide: Slide, plan: Plan, signal: AbortSignal | undefined): Promise<MemberColours> {
  return plan.members.every(({ colours }) => isPlain(colours))
    ? asTheyAre
    : memberColours(slide, plan, await readOverview(slide, signal));
}
