/** A slide's numbers in words. */
import type { SlideSummary } from '../../protocol/slides.js';

const whole = new Intl.NumberFormat('en');

export const numberText = (value: number): string => whole.format(value);

/** "12 glomeruli": of one class its name is enough, of several each has its count. What was corrected until nothing was left is no slide without a prediction. */
export function countText({ counts, revision }: Pick<SlideSummary, 'counts' | 'revision'>): string {
  const classes = Object.entries(counts);
  if (classes.length === 0) return revision > 0 ? 'no objects' : 'no prediction';
  return classes.map(([name, count]) => `${numberText(count)} ${name}`).join(', ');
}

export const diceText = (dice: number | undefined): string | undefined =>
  dice === undefined ? undefined : `Dice ${dice.toFixed(3)}`;

export function sizeText({ width, height, pixelSize }: SlideSummary): string {
  if (pixelSize === undefined) return `${numberText(width)} × ${numberText(height)} px`;
  const millimetres = (pixels: number, size: number): string =>
    Number(((pixels * size) / 1000).toPrecision(3)).toString();
  return `${millimetres(width, pixelSize.x)} × ${millimetres(height, pixelSize.y)} mm`;
}
