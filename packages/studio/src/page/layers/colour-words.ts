/** In which colours a slide is shown, in words. */
import type { ProfileUse, TileColours } from '../../protocol/slides.js';

/** @param colours that are asked for */
export function coloursText(use: ProfileUse, colours: TileColours): string {
  if (use.kind === 'none') return 'no ICC profile: colours are taken as sRGB';
  if (use.kind === 'unusable') return `colours are shown as stored: ${use.problem}`;
  if (use.kind === 'srgb') return `colours are sRGB (ICC profile: ${use.profile})`;
  return colours === 'srgb'
    ? `shown in sRGB by the slide's ICC profile: ${use.profile}`
    : `shown as stored, without the slide's ICC profile: ${use.profile}`;
}

/** What stands beside the scale bar; undefined where nothing is changed and nothing could be. */
export function colourMark(use: ProfileUse, colours: TileColours): string | undefined {
  if (use.kind === 'unusable') return 'ICC profile not applied';
  if (use.kind !== 'converted') return undefined;
  return colours === 'srgb' ? 'sRGB by ICC profile' : 'stored colours';
}
