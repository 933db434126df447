/** Which slides the weights that a training starts from were trained on: scores on them look better than those of slides that no network saw. */
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FtuError, listNames } from '@ftuseg/core';
import { readRegularFile } from '@ftuseg/files';
import { isPlainObject, type RunConfig, readPreparedRows, readRunConfig } from '@ftuseg/folders';
import { readSafetensors } from '@ftuseg/nn';
import { startFile } from './start-file.js';

export interface StartSlide {
  readonly id: string;
  /** Real path of the picture; undefined where the run that made the weights, or its data set, is not beside them. */
  readonly image: string | undefined;
}

/** What the card of weights of our own says; nothing of anyone else's. */
function trainedOn({ card }: Readonly<Record<string, string>>): string[] {
  try {
    const { training } = JSON.parse(card ?? '{}') as { training?: { trainedOn?: unknown } };
    return Array.isArray(training?.trainedOn) ? training.trainedOn.map(String) : [];
  } catch {
    return [];
  }
}

/** Real paths of a data set's pictures by their ids; none where it is gone. */
async function picturesOf(data: string): Promise<Map<string, string>> {
  const rows = await readPreparedRows(data).catch((error: unknown) => {
    if (error instanceof FtuError) return [];
    throw error;
  });
  return new Map(
    await Promise.all(rows.map(async ({ id, image }) => [id, await realpath(image).catch(() => image)] as const)),
  );
}

/** A run whose settings cannot be read says nothing. */
async function runAt(folder: string): Promise<RunConfig | undefined> {
  try {
    return await readRunConfig(folder);
  } catch (error) {
    if (error instanceof FtuError) return undefined;
    throw error;
  }
}

/** The pictures of a run by the keys of its slides: their ids, or `source/id` where two sources have the same. */
async function picturesOfRun(run: RunConfig | undefined): Promise<ReadonlyMap<string, string>> {
  const { data } = run?.facts ?? {};
  if (run === undefined || data === undefined) return new Map();
  const { sources } = run.settings;
  const found = new Map<string, string>();
  const add = async (folder: string, prefix: string): Promise<void> => {
    for (const [id, image] of await picturesOf(folder)) {
      found.set(`${prefix}/${id}`, image);
      if (!found.has(id)) found.set(id, image);
    }
  };
  await add(data, 'official');
  for (const [name, source] of Object.entries(isPlainObject(sources) ? sources : {})) {
    if (isPlainObject(source) && typeof source.data === 'string') await add(source.data, name);
  }
  return found;
}

/** What a run started from, as `encoderWeights` takes it. */
function startedFrom(run: RunConfig | undefined): string {
  const start = run?.facts.encoderWeights ?? 'none';
  return typeof start === 'string' ? start : start.path;
}

/**
 * Slides that weights were trained on, and those of all trainings that they come from, as far back as their runs are on the disk.
 *
 * @param setting `encoderWeights` of a training
 * @returns nothing for published weights and for files that say nothing of their training
 * @example
 * for (const { id } of await startSlides('earlier-run', 'resnet18')) console.log(id);
 */
export async function startSlides(setting: string, encoder: string): Promise<StartSlide[]> {
  const found: StartSlide[] = [];
  const seen = new Set<string>();
  for (let start = setting; start !== 'none' && start !== 'imagenet'; ) {
    const file = await startFile(start, encoder);
    if (file?.there !== true || !file.path.endsWith('.safetensors') || seen.has(file.path)) break;
    seen.add(file.path);
    const keys = trainedOn(readSafetensors(await readRegularFile(file.path), file.path).metadata);
    const run = await runAt(dirname(file.path));
    const pictures = keys.length === 0 ? new Map<string, string>() : await picturesOfRun(run);
    found.push(...keys.map((key) => ({ id: key.slice(key.lastIndexOf('/') + 1), image: pictures.get(key) })));
    start = startedFrom(run);
  }
  return found;
}

/** @param validate ids and real paths of the slides that validate. @returns a sentence on those that the start was trained on; undefined for none */
export function startWarning(start: readonly StartSlide[], validate: readonly StartSlide[]): string | undefined {
  const images = new Set(start.flatMap(({ image }) => image ?? []));
  const ids = new Set(start.flatMap(({ id, image }) => (image === undefined ? [id] : [])));
  const both = validate.filter(({ id, image }) => ids.has(id) || (image !== undefined && images.has(image)));
  if (both.length === 0) return undefined;
  return `the start was trained on ${listNames(both.map(({ id }) => id))}, which validate here: believe test slides only`;
}
