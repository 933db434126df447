/** Models as people name them on the command line: a file, the starter model, an id of the Hugging Face hub, alone or as an ensemble. */
import { parseNumber } from '@ftuseg/core';
import { exists, fetchHubFile, isHubId } from '@ftuseg/files';
import { isStarter, readModelFile, STARTER_MODEL } from '@ftuseg/folders';
import type { ModelFile } from '@ftuseg/infer';
import type { CommandContext } from '../../parser/command.js';

/**
 * @example
 * modelAndWeight('unet.onnx=2'); // { path: 'unet.onnx', weight: 2 }
 */
export function modelAndWeight(text: string): ModelFile {
  const at = text.lastIndexOf('=');
  const weight = at < 0 ? Number.NaN : parseNumber(text.slice(at + 1));
  return Number.isNaN(weight) ? { path: text, weight: 1 } : { path: text.slice(0, at), weight };
}

/** The path of a checkpoint: a file of that name, else the starter model where it is meant. */
export const checkpointPath = (name: string): string => (isStarter(name) ? STARTER_MODEL : name);

/**
 * The path of a model: a file of that name, else the starter model, else `model.onnx` of a repository of the hub, which is downloaded once.
 *
 * @throws FtuError as `fetchHubFile`; a path that does not exist is handed on, since whoever reads it says so best
 */
export async function modelPath(name: string, context: Pick<CommandContext, 'signal' | 'progress'>): Promise<string> {
  if (isStarter(name)) return STARTER_MODEL;
  if ((await exists(name)) || !isHubId(name)) return name;
  return fetchHubFile(name, {
    file: 'model.onnx',
    signal: context.signal,
    onProgress: ({ id, bytes }) => context.progress(`downloading ${id}  ${(bytes / 1e6).toFixed(1)} MB`),
    verify: async (path) => {
      await readModelFile(path);
    },
  });
}

/**
 * The model files of `--model`, or the starter model where none is named, which a remark then says.
 */
export async function modelFiles(
  names: readonly string[] | undefined,
  context: CommandContext,
): Promise<readonly ModelFile[]> {
  if (names === undefined) {
    context.note(
      'no --model: the starter model is used, which was trained on synthetic slides and a few open images; `ftu models starter` says how well it does where',
    );
    return [{ path: STARTER_MODEL, weight: 1 }];
  }
  const files: ModelFile[] = [];
  for (const { path, weight } of names.map(modelAndWeight)) {
    files.push({ path: await modelPath(path, context), weight });
  }
  return files;
}
