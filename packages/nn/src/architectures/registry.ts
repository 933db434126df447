/**
 * Decoders by name. A new architecture adds a folder beside this file and one line here.
 */
import { FtuError } from '@ftuseg/core';
import { nearestName } from '../suggest.js';
import type { BuildDecoder } from './architecture.js';
import { buildAttentionUnet } from './attention-unet/attention-unet.js';
import { buildFpn } from './fpn/fpn.js';
import { buildLinknet } from './linknet/linknet.js';
import { buildUnet } from './unet/unet.js';
import { buildUnet3Plus } from './unet3plus/unet3plus.js';

const builders = {
  unet: buildUnet,
  fpn: buildFpn,
  linknet: buildLinknet,
  unet3plus: buildUnet3Plus,
  'attention-unet': buildAttentionUnet,
} as const satisfies Record<string, BuildDecoder>;

/** The names that `createModel` takes as `decoder`. */
export function decoderNames(): readonly string[] {
  return Object.keys(builders);
}

/** Finds a decoder; an unknown name is an `FtuError` with the nearest known one. */
export function findDecoder(name: string): BuildDecoder {
  const build = new Map<string, BuildDecoder>(Object.entries(builders)).get(name);
  if (build === undefined) {
    throw new FtuError('unsupported', `there is no decoder "${name}"`, {
      subject: 'decoder',
      hint: `did you mean "${nearestName(name, decoderNames())}"?`,
    });
  }
  return build;
}
