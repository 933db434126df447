/** Labels in pictures of several channels: one number each, so the colours must be equal and nothing may shine through. */
import { SlideError } from '../slide-error.js';

const HINT = 'save labels as an 8-bit grey PNG';

/**
 * The common value of the colour channels of every pixel.
 * @param data interleaved, 8 bits
 * @param channels 1 to 4; 2 and 4 end with opacity
 * @throws {SlideError} `bad-input` for coloured or transparent pixels
 */
export function equalChannels(data: Uint8Array, channels: number, path: string): Uint8Array {
  if (channels === 1) return data;
  const colours = channels - ((channels + 1) % 2);
  const labels = new Uint8Array(data.length / channels);
  for (let i = 0, at = 0; i < labels.length; i++, at += channels) {
    const value = data[at] as number;
    for (let c = 1; c < colours; c++) {
      if (data[at + c] !== value) {
        throw new SlideError('bad-input', 'the label image has coloured pixels, so its values are not labels', {
          subject: path,
          hint: HINT,
        });
      }
    }
    if (colours < channels && data[at + colours] !== 255) throw transparentLabels(path);
    labels[i] = value;
  }
  return labels;
}

export const transparentLabels = (path: string): SlideError =>
  new SlideError('bad-input', 'the label image has transparent pixels, so its values are not labels', {
    subject: path,
    hint: HINT,
  });
