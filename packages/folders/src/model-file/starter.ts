/** The model that comes with the program, for people who have slides and no labels: a checkpoint, so that trainings can start from it too. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The word that names it. */
export const STARTER = 'starter';

/** Path of the checkpoint of the starter model (safetensors, float16, with its card). */
export const STARTER_MODEL = fileURLToPath(new URL('../../models/starter.safetensors', import.meta.url));

/**
 * @param name path of a model as people write it
 * @param folder from which relative paths count
 * @returns whether the name means the starter model: the word does, unless there is a file of that name
 */
export const isStarter = (name: string, folder = '.'): boolean =>
  name === STARTER && !existsSync(resolve(folder, name));
