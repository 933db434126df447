/**
 * Recognises masks that were once saved by a lossy format and now lie in a lossless one: around 0 and 255 stand many values that nobody drew, and
 * each of them would count as foreground.
 */
import { SlideError } from '../slide-error.js';

/** Values this close to 0 or 255 are noise, if anything is. */
const NEAR = 20;
/** Different values near either end before they are called noise. */
const MOST_VALUES = 4;

/** Looks at labels as they are read. */
export class LossyTraces {
  readonly #counts = new Float64Array(256);
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws {SlideError} `bad-input` once the labels seen so far show the traces */
  look(labels: Uint8Array): void {
    const counts = this.#counts;
    for (let i = 0; i < labels.length; i++) {
      const value = labels[i] as number;
      counts[value] = (counts[value] as number) + 1;
    }
    const present = (from: number, to: number): number => counts.subarray(from, to).filter((n) => n > 0).length;
    const pixels = (from: number, to: number): number => counts.subarray(from, to).reduce((sum, n) => sum + n, 0);
    const [dark, bright] = [present(1, NEAR + 1), present(255 - NEAR, 255)];
    if (dark < MOST_VALUES || bright < MOST_VALUES) return;
    const [near, between] = [pixels(1, NEAR + 1) + pixels(255 - NEAR, 255), pixels(NEAR + 1, 255 - NEAR)];
    // Classes and objects are numbered without regard to 0 and 255; noise lies around them.
    const around = pixels(0, 1) > pixels(1, NEAR + 1) && pixels(255, 256) > pixels(255 - NEAR, 255);
    if (!around || near < between) return;
    throw new SlideError(
      'bad-input',
      `around 0 and 255 it has ${dark + bright} other values, as JPEG leaves them: ${near} pixels that nobody drew`,
      {
        subject: this.#path,
        hint: 'export the mask again from where it was drawn, or set values below 128 to 0 and the others to 255',
      },
    );
  }
}
