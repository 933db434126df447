/**
 * Encoders by name and layout. A new family adds a folder beside this file and one line here.
 */
import { FtuError, nearestName } from '@ftuseg/core';
import type { ByLayout, Layout } from '../layout.js';
import { buildConvNeXt, convNeXtVariants } from './convnext/encoder.js';
import { buildEfficientNet } from './efficientnet/encoder.js';
import { buildKerasEfficientNet } from './efficientnet/keras.js';
import type { Variant } from './efficientnet/variant.js';
import { allVariants } from './efficientnet/variants.js';
import type { Encoder, EncoderOptions } from './encoder.js';
import { buildMixTransformer, mixTransformerVariants } from './mix-transformer/encoder.js';
import { buildResNet } from './resnet/encoder.js';
import { resNetVariants } from './resnet/variants.js';

type Build = (options: EncoderOptions) => Encoder;

function efficientNet(variant: Variant): ByLayout<Build> {
  const pytorch: Build = (options) => buildEfficientNet(variant, options);
  return variant.keras ? { pytorch, keras: (options) => buildKerasEfficientNet(variant, options) } : { pytorch };
}

const builders: ReadonlyMap<string, ByLayout<Build>> = new Map([
  ...allVariants.map((variant) => [variant.name, efficientNet(variant)] as const),
  ...resNetVariants.map((variant): [string, ByLayout<Build>] => [
    variant.name,
    { pytorch: (options) => buildResNet(variant, options) },
  ]),
  ...convNeXtVariants.map((variant): [string, ByLayout<Build>] => [
    variant.name,
    { pytorch: (options) => buildConvNeXt(variant, options) },
  ]),
  ...mixTransformerVariants.map((variant): [string, ByLayout<Build>] => [
    variant.name,
    { pytorch: (options) => buildMixTransformer(variant, options) },
  ]),
]);

/** The names that `createModel` takes as `encoder`, families together. */
export function encoderNames(layout: Layout = 'pytorch'): readonly string[] {
  return [...builders].flatMap(([name, build]) => (build[layout] === undefined ? [] : [name]));
}

/** Builds an encoder; an unknown name is an `FtuError` with the nearest known one, as is one that the layout lacks. */
export function createEncoder(name: string, options: EncoderOptions = {}): Encoder {
  const { layout = 'pytorch' } = options;
  const found = builders.get(name);
  if (found === undefined) {
    throw new FtuError('unsupported', `there is no encoder "${name}"`, {
      subject: 'encoder',
      hint: `did you mean "${nearestName(name, encoderNames())}"? docs/models.md lists them all`,
    });
  }
  const build = found[layout];
  if (build === undefined) {
    const inLayout = encoderNames(layout);
    throw new FtuError('unsupported', `the layout ${layout} has no encoder "${name}"`, {
      subject: 'encoder',
      hint: `use ${inLayout[0]} to ${inLayout.at(-1)}, or the layout pytorch`,
    });
  }
  return build(options);
}
