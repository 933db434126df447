/**
 * Decoders by name and layout. A new architecture adds a folder beside this file and one line here.
 */
import { FtuError, nearestName } from '@ftuseg/core';
import type { ByLayout, Layout } from '../layout.js';
import type { BuildDecoder } from './architecture.js';
import { buildAttentionUnet } from './attention-unet/attention-unet.js';
import { buildFpn } from './fpn/fpn.js';
import { buildKerasFpn } from './fpn/keras-fpn.js';
import { buildKerasLinknet } from './linknet/keras-linknet.js';
import { buildLinknet } from './linknet/linknet.js';
import { buildKerasUnet } from './unet/keras-unet.js';
import { buildUnet } from './unet/unet.js';
import { buildUnet3Plus } from './unet3plus/unet3plus.js';

const builders: ReadonlyMap<string, ByLayout<BuildDecoder>> = new Map([
  ['unet', { pytorch: buildUnet, keras: buildKerasUnet }],
  ['fpn', { pytorch: buildFpn, keras: buildKerasFpn }],
  ['linknet', { pytorch: buildLinknet, keras: buildKerasLinknet }],
  ['unet3plus', { pytorch: buildUnet3Plus }],
  ['attention-unet', { pytorch: buildAttentionUnet }],
]);

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
