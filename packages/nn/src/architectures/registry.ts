/** Decoders by name and layout. */
import { FtuError, nearestName } from '@ftuseg/core';
import type { ByLayout, Layout } from '../layout.js';
import * as all from './all.js';
import type { Architecture, BuildDecoder } from './architecture.js';

const builders: ReadonlyMap<string, ByLayout<BuildDecoder>> = new Map(
  Object.values(all).map(({ name, build }: Architecture) => [name, build]),
);

/** The names that `createModel` takes as `decoder`. */
export function decoderNames(layout: Layout = 'pytorch'): readonly string[] {
  return [...builders].flatMap(([name, build]) => (build[layout] === undefined ? [] : [name]));
}

/** Finds a decoder; an unknown name is an `FtuError` with the nearest known one, as is one that the layout lacks. */
export function findDecoder(name: string, layout: Layout): BuildDecoder {
  const found = builders.get(name);
  if (found === undefined) {
    throw new FtuError('unsupported', `there is no decoder "${name}"`, {
      subject: 'decoder',
      hint: `did you mean "${nearestName(name, decoderNames())}"?`,
    });
  }
  const build = found[layout];
  if (build === undefined) {
    throw new FtuError('unsupported', `the layout ${layout} has no decoder "${name}"`, {
      subject: 'decoder',
      hint: `use ${decoderNames(layout).join(', ')}, or the layout pytorch`,
    });
  }
  return build;
}
