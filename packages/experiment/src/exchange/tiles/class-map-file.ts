/** The class map of exported tiles, in a file beside their table: masks alone do not say what is unknown in them. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { readRegularText } from '@ftuseg/files';

export const CLASS_MAP_FILE = 'class-map.txt';

/**
 * @param slides a slide table, or a folder of tiles
 * @returns the class map, as `--classes` takes it, that whoever exported tiles there left beside the table or in the folder; undefined where there is none
 * @throws {FtuError} `io` for a file that cannot be read
 * @example
 * await classMapBeside('tiles/tiles.csv'); // 'glomerulus=255;ignore=128'
 */
export async function classMapBeside(slides: string): Promise<string | undefined> {
  const isFolder = await stat(slides).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const path = join(isFolder ? slides : dirname(slides), CLASS_MAP_FILE);
  try {
    return (await readRegularText(path)).trim();
  } catch (error) {
    if (error instanceof FtuError && error.code === 'not-found') return undefined;
    throw error;
  }
}
