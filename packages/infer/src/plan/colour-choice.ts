/** In which colours a network is shown slides: those that its card says it learnt from, unless the settings of a prediction say others. */
import { standardStain } from '@ftuseg/core';
import type { ModelCard } from '@ftuseg/nn';
import type { ColourChoice } from '@ftuseg/slide';
import type { ResolvedSettings } from '../settings/resolve-settings.js';

type ColourSettings = Pick<ResolvedSettings, 'icc' | 'stainNormalisation' | 'stainTarget'>;
type CardColours = Pick<ModelCard, 'icc' | 'stainNormalisation'>;

export function colourChoice(
  { icc, stainNormalisation: method, stainTarget }: ColourSettings,
  card: CardColours,
): ColourChoice {
  return {
    icc: icc === undefined ? card.icc : icc === 'srgb' ? 'srgb' : undefined,
    stainNormalisation:
      method === undefined
        ? card.stainNormalisation
        : method === 'none'
          ? undefined
          : (stainTarget ?? standardStain[method]),
  };
}

/** Whether a network is shown what it learnt from. */
export const keepsToCard = (choice: ColourChoice, card: CardColours): boolean =>
  keyOf(choice) === keyOf({ icc: card.icc, stainNormalisation: card.stainNormalisation });

/** The same for the same colours. */
export const keyOf = ({ icc, stainNormalisation }: ColourChoice): string =>
  JSON.stringify([icc ?? 'stored', stainNormalisation ?? 'none']);

/** Such as `sRGB by ICC profiles, stains as stored`. */
export function colourWords({ icc, stainNormalisation }: ColourChoice): string {
  const space = icc === undefined ? 'colours as stored' : 'sRGB by ICC profiles';
  if (stainNormalisation === undefined) return space;
  return `${space}, stains normalised by ${stainNormalisation.method}`;
}
