/** `ftu models`: the starter model, the model files of a folder or a published one, and what their cards say. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { ioError } from '@ftuseg/files';
import { readModelFile, STARTER_MODEL } from '@ftuseg/folders';
import { createModel, type ModelCard, modelSpecOf, summarise } from '@ftuseg/nn';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { path as pathField } from '../../parser/fields.js';
import { formatTable, millions } from '../training/architecture-list.js';
import { modelPath } from './model-argument.js';

interface ListedModel {
  readonly path: string;
  readonly name: string;
  readonly decoder: string;
  readonly encoder: string;
  readonly classes: readonly string[];
  readonly tileSize: number;
  readonly micronsPerPixel: number | null;
  readonly downsample: number | null;
  readonly threshold: number;
  /** Null for a network that this version cannot build. */
  readonly parameters: number | null;
  readonly licence: string | null;
  /** What whoever trained it says of it: on what it was trained, how it did where, where it fails. */
  readonly notes: readonly string[];
}

/** Model files at a path, in the order of their names. */
async function modelFiles(path: string): Promise<string[]> {
  const entry = await stat(path).catch((error: unknown) => {
    throw ioError(error, path, 'be read');
  });
  if (!entry.isDirectory()) return [path];
  const names = await readdir(path, { recursive: true, withFileTypes: true });
  return names
    .filter((one) => one.isFile() && one.name.endsWith('.onnx'))
    .map((one) => join(one.parentPath, one.name))
    .sort();
}

function parametersOf(card: ModelCard): number | null {
  try {
    return summarise(createModel(modelSpecOf(card)), [1, 3, card.tileSize, card.tileSize]).parameters;
  } catch (error) {
    if (error instanceof FtuError) return null;
    throw error;
  }
}

async function listed(path: string): Promise<ListedModel> {
  const { card } = await readModelFile(path);
  const { name, decoder, encoder, classes, tileSize, micronsPerPixel, threshold, training } = card;
  const { licence, notes } = training;
  return {
    path,
    name,
    decoder,
    encoder,
    classes,
    tileSize,
    micronsPerPixel,
    downsample: card.downsample ?? null,
    threshold,
    parameters: parametersOf(card),
    licence: typeof licence === 'string' ? licence : null,
    notes: z.array(z.string()).safeParse(notes).data ?? [],
  };
}

/** In a folder, a file that is no model of ours is passed over with a remark; asked for by name, it is an error. */
async function listModels(path: string, context: CommandContext): Promise<ListedModel[]> {
  const files = await modelFiles(path);
  const models: ListedModel[] = [];
  for (const file of files) {
    try {
      models.push(await listed(file));
    } catch (error) {
      if (file === path || !(error instanceof FtuError)) throw error;
      context.note(`passed over: ${error.message}`);
    }
  }
  return models;
}

const scaleOf = ({ micronsPerPixel, downsample }: ListedModel): string =>
  micronsPerPixel === null ? `1/${downsample ?? 1} of the slide` : `${micronsPerPixel} µm per pixel`;

export const models = defineCommand({
  name: 'models',
  schema: z.object({
    path: pathField(
      'model file, folder to look into, OWNER/NAME on the Hugging Face hub, or starter (default: the starter model and this folder)',
    ).optional(),
  }),
  positionals: ['path'],
  groups: { Inputs: ['path'] },
  result: {
    path: 'of the file (one object of a list for each)',
    name: 'of the model',
    decoder: 'of the network',
    encoder: 'of the network',
    classes: 'names of what it finds',
    tileSize: 'side of its tiles, pixels',
    micronsPerPixel: 'scale of these, null where they were shrunk by a factor',
    downsample: 'that factor, else null',
    threshold: 'probability from which a pixel counts',
    parameters: 'trainable numbers, null for a network that this version does not know',
    licence: 'as the card says, else null',
    notes: 'sentences of whoever trained it: on what, how well it does where, where it fails',
  },
  examples: ['ftu models', 'ftu models starter', 'ftu models run', 'ftu models model.onnx --json'],
  async run({ path }, context) {
    const list =
      path === undefined
        ? [await listed(STARTER_MODEL), ...(await listModels('.', context))]
        : await listModels(await modelPath(path, context), context);
    const rows = list.map((one) => [
      one.path,
      `${one.decoder} on ${one.encoder}`,
      one.classes.join(', '),
      `${one.tileSize} px, ${scaleOf(one)}`,
      one.parameters === null ? '' : millions(one.parameters),
      one.licence ?? 'not known',
    ]);
    const head = ['model', 'network', 'classes', 'tiles', 'parameters', 'licence'];
    context.print(list.length === 0 ? `there are no model files in ${path}` : formatTable([head, ...rows]));
    const [only] = list;
    if (path !== undefined && only !== undefined && list.length === 1) {
      for (const line of only.notes) context.print(line);
    }
    return list;
  },
});
