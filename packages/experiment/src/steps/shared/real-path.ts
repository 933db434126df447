/** Slides are known by the real path of their picture, whatever they are called. */
import { realpath } from 'node:fs/promises';

/** The path itself where there is no file. */
export const realPathOf = (path: string): Promise<string> => realpath(path).catch(() => path);
