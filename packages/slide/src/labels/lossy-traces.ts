/**
 * Recognises masks that were once saved by a lossy format and now lie in a lossless one: around 0 stand many values that nobody drew, and each of them
 * would count as foreground. Drawn values lie side by side with their like; noise does not.
 */
import { SlideError } from '../slide-error.js';

/** Values this close to 0 or 255 are noise, if anything is. */
const NEAR = 20;
/** Different noisy values near 0, and near 0 and 255 together, before they are called noise. */
const MAX_DARK = 4;
const MAX_VALUES = 8;
/** Values of which fewer pixels than this have their like to the left are noisy. */
const NOISY = 0.6;
/** Share of noisy pixels near 0 and 255: edges that were drawn smooth have 16 %. */
const NEAR_SHARE = 0.4;

/** Looks at labels as they are read. */
export class LossyTraces {
  readonly #counts = new Float64Array(256);
  readonly #alike = new Float64Array(256);
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws {SlideError} `bad-input` once the labels seen so far show the traces */
  look(labels: Uint8Array): void {
    const [counts, alike] = [this.#counts, this.#alike];
    let left = -1;
    for (let i = 0; i < labels.length; i++) {
      const value = labels[i] as number;
      counts[value] = (counts[value] as number) + 1;
      if (value === left) alike[value] = (alike[value] as number) + 1;
      left = value;
    }
    const noise = counts.map((count, value) => ((alike[value] as number) < NOISY * count ? count : 0));
    const different = (from: number, to: number): number => noise.subarray(from, to).filter((n) => n > 0).length;
    const pixels = (from: number, to: number): number => noise.subarray(from, to).reduce((sum, n) => sum + n, 0);
    const [dark, bright] = [different(1, NEAR + 1), different(255 - NEAR, 255)];
    if (dark < MAX_DARK || dark + bright < MAX_VALUES) return;
    const near = pixels(1, NEAR + 1) + pixels(255 - NEAR, 255);
    if (near < NEAR_SHARE * pixels(1, 255) || (counts[0] as number) < pixels(1, NEAR + 1)) return;
    throw new SlideError(
      'bad-input',
      `around 0 and 255 it has ${dark + bright} other values, as JPEG or smoothing leaves them: ${near} pixels that nobody drew`,
      {
        subject: this.#path,
        hint: 'export the mask again from where it was drawn, or set values below 128 to 0 and the others to 255',
      },
    );
  }
}
