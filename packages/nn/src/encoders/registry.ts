/**
 * Encoders by name. A new family adds a folder beside this file and one line here.
 */
import { FtuError } from '@ftuseg/core';
import { nearestName } from '../suggest.js';
import { buildEfficientNet } from './efficientnet/encoder.js';
import { variants } from './efficientnet/variants.js';
import type { Encoder, EncoderOptions } from './encoder.js';
import { buildResNet } from './resnet/encoder.js';
import { resNetVariants } from './resnet/variants.js';

type Build = (options: EncoderOptions) => Encoder;

const builders: ReadonlyMap<string, Build> = new Map([
  ...variants.map((variant): [string, Build] => [variant.name, (options) => buildEfficientNet(variant, options)]),
  ...resNetVariants.map((variant): [string, Build] => [variant.name, (options) => buildResNet(variant, options)]),
]);

/** The names that `createModel` takes as `encoder`, families together. */
export function encoderNames(): readonly string[] {
  return [...builders.keys()];
}

/** Builds an encoder; an unknown name is an `FtuError` with the nearest known one. */
export function createEncoder(name: string, options: EncoderOptions = {}): Encoder {
  const build = builders.get(name);
  if (build === undefined) {
    throw new FtuError('unsupported', `there is no encoder "${name}"`, {
      subject: 'encoder',
      hint: `did you mean "${nearestName(name, encoderNames())}"? docs/models.md lists them all`,
    });
  }
  return build(options);
}
