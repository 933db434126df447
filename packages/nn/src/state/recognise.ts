/**
 * Tells which encoder a state dict was made for by comparing its shapes with those of every encoder known here.
 */
import { createEncoder, encoderNames } from '../encoders/registry.js';
import { layerParameters } from '../layers.js';
import { type Layout, layouts } from '../layout.js';
import type { StateDict } from './state.js';

export interface RecognisedEncoder {
  readonly encoder: string;
  readonly layout: Layout;
}

/**
 * The encoders, in all layouts, whose every weight is in the state with the same shape (several when they differ in arithmetic only);
 * empty when there is none.
 */
export function recogniseEncoderLayouts(state: StateDict): readonly RecognisedEncoder[] {
  const kernels = [...state.keys()].filter((name) => name.startsWith('encoder.') && name.endsWith('.weight'));
  const known = layouts.flatMap((layout) => encoderNames(layout).map((encoder) => ({ encoder, layout })));
  return known.filter(({ encoder, layout }) => {
    const weights = createEncoder(encoder, { layout })
      .layers.flatMap(layerParameters)
      .filter(({ name }) => name.endsWith('.weight'));
    const shapesAgree = weights.every(({ name, shape }) => state.get(name)?.shape.join() === shape.join());
    return shapesAgree && kernels.length === weights.length;
  });
}

/** The names of the encoders that `recogniseEncoderLayouts` finds. */
export function recogniseEncoder(state: StateDict): readonly string[] {
  return recogniseEncoderLayouts(state).map(({ encoder }) => encoder);
}
