/** Decoders by name and layout. */
import { FtuError, nearestName } from '@ftuseg/core';
import type { Layout } from '../layout.js';
import * as all from './all.js';
import type { Architecture, BuildDecoder } from './architecture.js';

const architectures: ReadonlyMap<string, Architecture> = new Map(
  Object.values(all).map((architecture: Architecture) => [architecture.name, architecture]),
);

/** The names that `createModel` takes as `decoder`. */
export function decoderNames(layout: Layout = 'pytorch'): readonly string[] {
  return [...architectures].flatMap(([name, { build }]) => (build[layout] === undefined ? [] : [name]));
}

/** Whether there is a network of this decoder on this encoder; both are known names. */
export function decoderRunsOn(decoder: string, encoder: string): boolean {
  return architectures.get(decoder)?.refuses?.(encoder) !== true;
}

/**
 * Finds a decoder; an unknown name is an `FtuError` with the nearest known one, as are one that the layout lacks and one that does not
 * run on the encoder.
 */
export function findDecoder(name: string, layout: Layout, encoder: string): BuildDecoder {
  const found = architectures.get(name);
  if (found === undefined) {
    throw new FtuError('unsupported', `there is no decoder "${name}"`, {
      subject: 'decoder',
      hint: `did you mean "${nearestName(name, decoderNames())}"?`,
    });
  }
  const build = found.build[layout];
  if (build === undefined) {
    throw new FtuError('unsupported', `the layout ${layout} has no decoder "${name}"`, {
      subject: 'decoder',
      hint: `use ${decoderNames(layout).join(', ')}, or the layout pytorch`,
    });
  }
  if (!decoderRunsOn(name, encoder)) {
    const others = decoderNames(layout).filter((other) => decoderRunsOn(other, encoder));
    throw new FtuError('unsupported', `there is no ${name} on encoder ${encoder}`, {
      subject: 'decoder',
      hint: `use ${others.join(', ')}, or another encoder`,
    });
  }
  return build;
}
