/** Alone in its file, because the parts of this package that a browser loads throw it too. */
import { FtuError } from '@ftuseg/core';

/** A slide, label image or slide table that cannot be used. */
export class SlideError extends FtuError {
  override readonly name = 'SlideError';
}
