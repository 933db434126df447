/** Which channels are red, green and blue, as OME-Zarr's `omero` says. */
import type { FileFolder } from '../../source/file-folder.js';
import { findChannels, type StatedChannel, type Three } from '../channel-colours.js';
import { isRecord, listOf, memberOf, unsupportedZarr } from './json.js';

export interface Colours {
  /** Channels of the array: of red, green and blue, or the only one. */
  readonly channels: readonly [number] | Three;
  readonly note: string | undefined;
}

/** @throws {SlideError} `unsupported` for channels that are not the colours of a picture */
export function findColours(folder: FileFolder, omero: unknown, count: number, bits: number): Colours {
  if (count === 1) return { channels: [0], note: undefined };
  const refuse = (why: string) =>
    unsupportedZarr(folder, `images of ${count} channels are not supported${why}`, 'export it as brightfield RGB');
  if (count !== 3) throw refuse('');
  const found = findChannels((isRecord(omero) ? listOf(memberOf(omero, 'channels')) : []).map(statedOf), bits);
  if ('refusal' in found) throw refuse(found.refusal);
  return found;
}

function statedOf(channel: unknown): StatedChannel {
  const text = (key: string): string => {
    const value = isRecord(channel) ? memberOf(channel, key) : undefined;
    return typeof value === 'string' ? value : '';
  };
  const colour = text('color').replace(/^#/, '').slice(0, 6).toUpperCase();
  return { colour: colour || undefined, name: text('label'), isFluorescence: false };
}
