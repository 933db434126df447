/** The model that comes with the program, for people who have slides and no labels: a checkpoint, so that trainings can start from it too. */
import { fileURLToPath } from 'node:url';

/** Path of the checkpoint of the starter model (safetensors, float16, with its card). */
export const STARTER_MODEL = fileURLToPath(new URL('../../models/starter.safetensors', import.meta.url));
