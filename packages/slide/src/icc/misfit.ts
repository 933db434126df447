/** Whether an ICC profile is for pictures like this one. What it says of colours goes for numbers of its own kind alone. */
import type { PixelColours } from '../slide.js';

/**
 * @param colourSpace of the profile
 * @param colours of the picture as it is stored; undefined where nobody says
 * @returns why the profile is not to be applied. Grey is equal red, green and blue, so that a profile for RGB says what it means.
 */
export function misfit(colourSpace: string, colours: PixelColours | undefined): string | undefined {
  if (colourSpace !== 'RGB' && colourSpace !== 'GRAY') {
    return `its ICC profile is for pictures in ${colourSpace}, not RGB`;
  }
  const fits = colours === undefined || (colourSpace === 'GRAY' ? colours === 'grey' : colours !== 'CMYK');
  return fits ? undefined : `its ICC profile is for pictures in ${colourSpace}, and this one is in ${colours}`;
}
