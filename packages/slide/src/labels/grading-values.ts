/**
 * Recognises probabilities and blurred masks, which would count as foreground wherever they are above 0: along a row their values climb and fall in small
 * steps, each of a few pixels. Labels lie in areas of one value, also where each object has a number of its own.
 */
import { SlideError } from '../slide-error.js';

/** Pixels of one value, at most, and the steps between them, at most, where values grade. */
const MAX_RUN = 6;
const MAX_STEP = 32;
/** Values one after another that make a slope, as many times in a picture, with as many different values: fewer are smooth edges. */
const SLOPE = 8;
const MIN_SLOPES = 16;
const MIN_VALUES = 16;
/** Share of the foreground that lies on slopes. */
const MIN_SHARE = 0.05;

/** Looks at labels as they are read. */
export class GradingValues {
  readonly #path: string;
  readonly #met = new Uint8Array(256);
  #foreground = 0;
  #pixels = 0;
  #slopes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws {SlideError} `bad-input` once the labels seen so far are no labels */
  look(labels: Uint8Array): void {
    let begin = 0;
    let slope: number[] = [];
    let pixels = 0;
    const end = (): void => {
      if (slope.length >= SLOPE) {
        this.#slopes++;
        this.#pixels += pixels;
        for (const value of slope) this.#met[value] = 1;
      }
      [slope, pixels] = [[], 0];
    };
    for (let i = 1; i <= labels.length; i++) {
      if (labels[i] === labels[begin]) continue;
      const [value, length] = [labels[begin] as number, i - begin];
      begin = i;
      if (value > 0) this.#foreground += length;
      if (value === 0 || length > MAX_RUN || Math.abs(value - (slope.at(-1) ?? value)) > MAX_STEP) end();
      if (value === 0 || length > MAX_RUN) continue;
      slope.push(value);
      pixels += length;
    }
    end();
    const values = this.#met.reduce((sum, one) => sum + one, 0);
    if (this.#slopes < MIN_SLOPES || values < MIN_VALUES || this.#pixels < MIN_SHARE * this.#foreground) return;
    throw new SlideError(
      'bad-input',
      `its values grade into each other (${values} values in steps of a few pixels), as probabilities or a blurred mask do, and each above 0 would count`,
      { subject: this.#path, hint: 'set values below your threshold, such as 128, to 0 and the others to 255' },
    );
  }
}
