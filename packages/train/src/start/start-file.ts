/**
 * What the setting `encoderWeights` means: no file, a file, the checkpoint of a run, or published weights in the cache. Known without a
 * network and without reading anything, so that it can be asked hours before a training.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { type HubFile, type HubOptions, hubFile, isHubId } from '@ftuseg/files';
import { runFiles, STARTER, STARTER_MODEL } from '@ftuseg/folders';
import { publishedWeights } from '@ftuseg/nn';

/** Words that are no path: the encoder's published weights, a random start, and the encoder of the model that comes with the program. */
export const startWords = ['imagenet', 'none', STARTER] as const;

export interface StartFile {
  readonly path: string;
  /** Whether it is there. */
  readonly there: boolean;
  /** Undefined for a file of one's own. */
  readonly hub: (HubFile & { readonly revision: string | undefined }) | undefined;
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function published(id: string, revision: string | undefined, options: HubOptions): Promise<StartFile> {
  const file = hubFile(id, { ...options, ...(revision === undefined ? {} : { revision }) });
  return { path: file.path, there: await isThere(file.path), hub: { ...file, revision } };
}

/**
 * The file that an encoder starts from; undefined for a random start.
 *
 * @param setting `imagenet`, `none`, `starter`, a path, the folder of a run, or a Hugging Face id
 * @throws FtuError 'unavailable' for `imagenet` where nobody published weights of the encoder
 * @example
 * (await startFile('imagenet', 'resnet18'))?.hub?.id; // 'smp-hub/resnet18.imagenet'
 */
export async function startFile(
  setting: string,
  encoder: string,
  options: HubOptions = {},
): Promise<StartFile | undefined> {
  if (setting === 'none') return undefined;
  if (setting === STARTER) return { path: STARTER_MODEL, there: await isThere(STARTER_MODEL), hub: undefined };
  if (setting === 'imagenet') {
    const weights = publishedWeights(encoder);
    if (weights !== undefined) return published(weights.id, weights.revision, options);
    throw new FtuError('unavailable', `nobody published ImageNet weights of encoder ${encoder}`, {
      subject: 'encoderWeights',
      hint: 'give a file of your own, or `none` for a random start',
    });
  }
  const entry = await stat(setting).catch(() => undefined);
  if (entry === undefined && isHubId(setting)) return published(setting, undefined, options);
  const path = entry?.isDirectory() ? join(setting, runFiles.checkpoint) : setting;
  return { path, there: await isThere(path), hub: undefined };
}
