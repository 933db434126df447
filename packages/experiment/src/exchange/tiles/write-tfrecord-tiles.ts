/**
 * Tiles as gzip-compressed TFRecord files, which TensorFlow reads as streams, and the list of them that the published HuBMAP solution's training
 * reads (github.com/RobinSmits/KaggleHuBMAP, prepare_training_files.py and train.py).
 */
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { makeFolder, writeAtomically, writeCsv } from '@ftuseg/files';
import type { CutTile, TileLine } from './cut-tiles.js';
import { UNKNOWN_LABEL } from './tile-labels.js';
import { encodeTileRecord } from './tile-record.js';

async function writeCompressed(path: string, records: () => AsyncGenerator<Uint8Array, void>): Promise<void> {
  await writeAtomically(path, (file) =>
    pipeline(records, createGzip(), async (compressed: AsyncIterable<Uint8Array>) => {
      for await (const chunk of compressed) await file.writeFile(chunk);
    }),
  );
}

/** Foreground pixels: what the solution calls the density of a mask. */
const countOf = ({ mask }: CutTile): number =>
  mask.data.reduce((sum, label) => sum + (label === 0 || label === UNKNOWN_LABEL ? 0 : 1), 0);

/**
 * Writes the tiles of one slide to `<folder>/<id>/`, `perFile` to a file that has the name of its first tile. One tile is in memory. With one
 * tile a file, `<folder>/<id>_patches.csv` lists them: `img_id,relative_path,saturation_mean,mask_density`.
 *
 * @returns the lines of `tables/tiles.csv`, with the file and the number of the record in it
 */
export async function* writeTfRecordTiles(
  folder: string,
  id: string,
  tiles: AsyncGenerator<CutTile, void>,
  perFile: number,
): AsyncGenerator<TileLine, void> {
  const patches: TileLine[] = [];
  let next = await tiles.next();
  if (next.done !== true) await makeFolder(join(folder, id));
  while (next.done !== true) {
    const file = `${id}/${next.value.name}.tfrec`;
    const lines: TileLine[] = [];
    await writeCompressed(join(folder, file), async function* () {
      while (next.done !== true && lines.length < perFile) {
        const { facts } = next.value;
        const { saturation_mean = '' } = facts;
        patches.push({ img_id: id, relative_path: file, saturation_mean, mask_density: countOf(next.value) });
        lines.push({ ...facts, file, record: lines.length });
        yield encodeTileRecord(next.value);
        next = await tiles.next();
      }
    });
    yield* lines;
  }
  // A list that names a file twice would be read as two tiles.
  if (perFile === 1 && patches.length > 0) {
    await writeCsv(join(folder, `${id}_patches.csv`), patches, undefined, { formulas: 'kept' });
  }
}
