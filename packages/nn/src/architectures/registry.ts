/**
 * Decoders by name. A new architecture adds a folder beside this file and one line here.
 */
import { FtuError } from '@ftuseg/core';
import { nearestName } from '../suggest.js';
import type { BuildDecoder } from './architecture.js';
import { buildUnet } from './unet/unet.js';

const builders: ReadonlyMap<string, BuildDecoder> = new Map([['unet', buildUnet]]);

/** The names that `createModel` takes as `decoder`. */
export function decoderNames(): readonly string[] {
  return [...builders.keys()];
}

/** Finds a decoder; an unknown name is an `FtuError` with the nearest known one. */
export function findDecoder(name: string): BuildDecoder {
  const build = builders.get(name);
  if (build === undefined) {
    throw new FtuError('unsupported', `there is no decoder "${name}"`, {
      subject: 'decoder',
      hint: `did you mean "${nearestName(name, decoderNames())}"?`,
    });
  }
  return build;
}
