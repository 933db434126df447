/**
 * What a palette makes of labels. A palette of greys shows numbers as brightness, and brightness is then what was saved; a coloured one
 * paints each class, and the index is the class, as in PASCAL VOC and what follows it.
 */
import { SlideError } from '../slide-error.js';

const HINT = 'save labels as an 8-bit grey PNG';

/**
 * @param colours red, green and blue of each index
 * @param transparent whether an index shines through
 * @returns from indices to labels, for any number of pixels
 * @throws {SlideError} `unsupported` for a coloured palette whose first colour is not black or transparent, so that 0 may not be background; the
 * function that is returned throws `bad-input` where two indices in use are of one grey, or an index beyond the first shines through
 */
export function paletteLabels(
  colours: readonly (readonly [red: number, green: number, blue: number])[],
  transparent: (index: number) => boolean,
  path: string,
): (indices: Uint8Array) => Uint8Array {
  const grey = colours.every(([red, green, blue]) => red === green && green === blue);
  const [first = [0, 0, 0]] = colours;
  if (
    colours.length > 2 &&
    colours.every(([red], i) => grey && red === 255 - Math.round((255 * i) / (colours.length - 1)))
  ) {
    throw new SlideError(
      'unsupported',
      'its palette shows 0 as white and the highest value as black, so that it is not certain which is background',
      {
        subject: path,
        hint: 'save it without the palette, with 0 as background (in ImageJ: Image > Lookup Tables > Invert LUT until background is black)',
      },
    );
  }
  if (!grey && !transparent(0) && first.some((value) => value !== 0)) {
    throw new SlideError(
      'unsupported',
      'its palette is coloured and does not begin with black, so that no index is surely background',
      {
        subject: path,
        hint: HINT,
      },
    );
  }
  const indexOf = new Map<number, number>();
  const labelOf = (index: number): number => {
    const colour = colours[index];
    if (colour === undefined) {
      throw new SlideError('bad-input', `the index ${index} is not in its palette`, { subject: path, hint: HINT });
    }
    if (index > 0 && transparent(index)) {
      throw new SlideError('bad-input', `the index ${index} of its palette is transparent`, {
        subject: path,
        hint: HINT,
      });
    }
    if (!grey) return index;
    const label = colour[0];
    const other = indexOf.get(label) ?? index;
    if (other !== index) {
      throw new SlideError('bad-input', `the indices ${other} and ${index} of its palette are the same grey`, {
        subject: path,
        hint: HINT,
      });
    }
    indexOf.set(label, index);
    return label;
  };
  const known = new Int16Array(256).fill(-1);
  return (indices) =>
    indices.map((index) => {
      if (known[index] === -1) known[index] = labelOf(index);
      return known[index] as number;
    });
}
