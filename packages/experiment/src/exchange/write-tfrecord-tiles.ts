/** Tiles as gzip-compressed TFRecord files, which TensorFlow reads as streams. */
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { makeFolder, writeAtomically } from '@ftuseg/slide';
import type { CutTile } from './cut-tiles.js';
import type { TileLine } from './export-tiles.js';
import { encodeTileRecord } from './tile-record.js';

async function writeCompressed(path: string, records: () => AsyncGenerator<Uint8Array, void>): Promise<void> {
  await writeAtomically(path, (file) =>
    pipeline(records, createGzip(), async (compressed: AsyncIterable<Uint8Array>) => {
      for await (const chunk of compressed) await file.writeFile(chunk);
    }),
  );
}

/**
 * Writes the tiles of one slide to `<folder>/<id>/`, `perFile` to a file that has the name of its first tile. One tile is in memory.
 *
 * @returns the lines of `tiles.csv`, with the file and the number of the record in it
 */
export async function* writeTfRecordTiles(
  folder: string,
  id: string,
  tiles: AsyncGenerator<CutTile, void>,
  perFile: number,
): AsyncGenerator<TileLine, void> {
  let next = await tiles.next();
  if (next.done !== true) await makeFolder(join(folder, id));
  while (next.done !== true) {
    const file = `${id}/${next.value.name}.tfrec`;
    const lines: TileLine[] = [];
    await writeCompressed(join(folder, file), async function* () {
      while (next.done !== true && lines.length < perFile) {
        lines.push({ ...next.value.facts, file, record: lines.length });
        yield encodeTileRecord(next.value);
        next = await tiles.next();
      }
    });
    yield* lines;
  }
}
