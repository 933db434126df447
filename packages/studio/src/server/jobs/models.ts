/** Models that a job may take: the starter, those of the predictions at hand, and those that earlier jobs trained. */
import { access } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { readRegularText, statRegularFile } from '@ftuseg/files';
import { type ModelFileContent, readModelFile, runFiles, STARTER_MODEL } from '@ftuseg/folders';
import { type ModelCard, parseModelCard } from '@ftuseg/nn';
import { z } from 'zod';
import { type ModelChoice, STARTER } from '../../jobs/job.js';
import type { OpenPrediction, StudioContext } from '../context.js';
import { withDistinctNames } from './distinct-names.js';

export interface KnownModel extends ModelChoice {
  readonly card: ModelCard;
  /** Absolute. */
  readonly path: string;
  /** As `ftu train` takes it to start from; undefined where only a network for prediction is there. */
  readonly weights: string | undefined;
}

const reportSchema = z.object({
  models: z.array(z.object({ name: z.string(), sha256: z.string().optional(), card: z.unknown() })),
});

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

type ModelFacts = Pick<ModelFileContent, 'card' | 'sha256'>;

/** By path, size and time: a list of models is asked for again and again, and files have hundreds of megabytes. */
const known = new Map<string, Promise<ModelFacts>>();

/** @throws {FtuError} as `readModelFile` */
async function factsOf(path: string): Promise<ModelFacts> {
  const { size, mtimeMs } = await statRegularFile(path);
  const key = `${size} ${mtimeMs} ${path}`;
  const facts = known.get(key) ?? readModelFile(path).then(({ card, sha256 }) => ({ card, sha256 }));
  known.set(key, facts);
  facts.catch(() => known.delete(key));
  return facts;
}

/** What a training can start from: weights by themselves, or the checkpoint beside a run's model. */
async function weightsOf(path: string): Promise<string | undefined> {
  if (path === STARTER_MODEL) return STARTER;
  if (path.endsWith('.safetensors')) return path;
  const checkpoint = join(dirname(path), runFiles.checkpoint);
  return basename(path) === runFiles.model && (await isThere(checkpoint)) ? checkpoint : undefined;
}

/** A name that tells runs apart: every model of a run is called `model.onnx`. */
function titleOf(card: ModelCard, path: string): string {
  if (path === STARTER_MODEL) return 'starter model';
  return card.name === basename(path) ? basename(dirname(path)) : card.name;
}

async function modelsOf(prediction: OpenPrediction): Promise<KnownModel[]> {
  const text = await readRegularText(join(prediction.folder, 'predictions.json')).catch(() => undefined);
  if (text === undefined) return [];
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [];
  }
  const report = reportSchema.safeParse(json).data;
  const found = (report?.models ?? []).map(async ({ name, sha256, card: given }): Promise<KnownModel[]> => {
    const path = resolve(name);
    try {
      const card = parseModelCard(given, prediction.folder);
      // A file that was trained anew since is another model than the one that predicted.
      if (!(await isThere(path)) || (await factsOf(path)).sha256 !== sha256) return [];
      const weights = await weightsOf(path);
      const id = path === STARTER_MODEL ? STARTER : `m-${sha256?.slice(0, 16) ?? ''}`;
      return [
        { id, name: titleOf(card, path), trains: weights !== undefined, classes: card.classes, card, path, weights },
      ];
    } catch (error) {
      if (error instanceof FtuError) return [];
      throw error;
    }
  });
  return (await Promise.all(found)).flat();
}

/** Model files that the studio was given; one that cannot be read is left out, since whoever gave it was told. */
async function givenModels({ models }: Pick<StudioContext, 'models'>): Promise<KnownModel[]> {
  const found = models.map(async (path): Promise<KnownModel[]> => {
    try {
      const [{ card, sha256 }, weights] = [await factsOf(path), await weightsOf(path)];
      const shown = { id: `m-${sha256.slice(0, 16)}`, name: titleOf(card, path), classes: card.classes };
      return [{ ...shown, trains: weights !== undefined, card, path, weights }];
    } catch (error) {
      if (error instanceof FtuError) return [];
      throw error;
    }
  });
  return (await Promise.all(found)).flat();
}

async function starter(): Promise<KnownModel[]> {
  if (!(await isThere(STARTER_MODEL))) return [];
  const { card } = await factsOf(STARTER_MODEL);
  const shown = { id: STARTER, name: 'starter model', trains: true, classes: card.classes };
  return [{ ...shown, card, path: STARTER_MODEL, weights: STARTER }];
}

/** Every model once: those of the prediction that is corrected first, then those of others, those that were given, and the starter. */
export async function knownModels(context: StudioContext): Promise<KnownModel[]> {
  const { corrects } = context.session();
  const predictions = [...context.predictions()].sort((a, b) => Number(b.id === corrects) - Number(a.id === corrects));
  const predicted = (await Promise.all(predictions.map(modelsOf))).flat();
  const all = [...predicted, ...(await givenModels(context)), ...(await starter())];
  const seen = new Set<string>();
  return withDistinctNames(all.filter(({ id }) => !seen.has(id) && seen.add(id)));
}

/** @throws {FtuError} `not-found` */
export async function modelOf(context: StudioContext, id: string): Promise<KnownModel> {
  const model = (await knownModels(context)).find((one) => one.id === id);
  if (model !== undefined) return model;
  throw new FtuError('not-found', 'the model that was chosen is not there any more', { hint: 'choose another one' });
}
