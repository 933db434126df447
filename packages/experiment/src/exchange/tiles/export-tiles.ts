/**
 * The tiles of a prepared data set for other people's tools: TFRecord files as the published HuBMAP solution wrote them, or PNG images and
 * masks. ftuseg itself trains on the rasters and needs neither.
 */
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { makeFolder, writeAtomically, writeCsv } from '@ftuseg/files';
import { type Dataset, groupsOf, openDataset } from '@ftuseg/train';
import { fillFolder } from '../folders/fill-folder.js';
import { CLASS_MAP_FILE } from './class-map-file.js';
import { cutTiles, planTiles, type TileChoice, type TileLine } from './cut-tiles.js';
import { mapOfTiles } from './tile-labels.js';
import { writePngTiles } from './write-png-tiles.js';
import { writeTfRecordTiles } from './write-tfrecord-tiles.js';

export interface ExportTilesOptions extends TileChoice {
  /** Folder of a prepared data set. */
  readonly data: string;
  /** Folder to write; new or empty. */
  readonly out: string;
  readonly format: 'tfrecord' | 'png';
  /** Records per TFRecord file; default 1, as the reference has it. */
  readonly recordsPerFile?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: TilesProgress) => void) | undefined;
}

export interface TilesProgress {
  /** Slides done, of all. */
  readonly done: number;
  readonly total: number;
  /** The slide just done. */
  readonly id: string;
  /** Tiles written so far. */
  readonly tiles: number;
}

export interface TilesSummary {
  readonly slides: number;
  readonly tiles: number;
  /** The class map that reads the masks, as `--classes` takes it; also in `class-map.txt` beside the table of tiles. */
  readonly classes: string;
}

async function exportInto(folder: string, dataset: Dataset, options: ExportTilesOptions): Promise<TilesSummary> {
  const { format, all = false, recordsPerFile = 1, signal, onProgress } = options;
  const placesOf = await planTiles(dataset, options);
  const explicit = options.tile === undefined && options.overlap === undefined;
  const groups = groupsOf(dataset.slides);
  const lines: TileLine[] = [];
  for (const [i, slide] of dataset.slides.entries()) {
    // What `tiles.csv` lists is wanted, background or not.
    const group = groups.get(slide.id) ?? slide.id;
    const tiles = cutTiles(dataset, slide, placesOf(slide), { background: all || explicit, group, signal });
    const written =
      format === 'png'
        ? writePngTiles(folder, dataset, tiles)
        : writeTfRecordTiles(folder, slide.id, tiles, recordsPerFile);
    for await (const line of written) lines.push(line);
    onProgress?.({ done: i + 1, total: dataset.slides.length, id: slide.id, tiles: lines.length });
  }
  if (lines.length === 0) {
    throw new FtuError('bad-input', 'there is no tile with tissue in the data set', {
      subject: options.data,
      hint: 'export with `--include-background` to have background too',
    });
  }
  // The solution's training reads every CSV that lies beside the folders of records.
  const tables = format === 'tfrecord' ? join(folder, 'tables') : folder;
  await makeFolder(tables);
  // Trainings read it, to whom an apostrophe is a letter.
  await writeCsv(join(tables, 'tiles.csv'), lines, undefined, { formulas: 'kept' });
  const unknown = dataset.slides.some(({ soft }) => soft === true);
  const classes = mapOfTiles(dataset.classes, { visible: format === 'png', unknown });
  await writeAtomically(join(tables, CLASS_MAP_FILE), (file) => file.writeFile(`${classes}\n`));
  return { slides: dataset.slides.length, tiles: lines.length, classes };
}

/**
 * Exports the tiles of a data set, one slide in memory at a time, and `tiles.csv` with a line per tile.
 *
 * `tfrecord`: `ID/ID_X_Y.tfrec`, gzip, `recordsPerFile` tiles in each (named after the first), features as in `encodeTileRecord`; labels 0 and 1
 * for one class, the number of the class for more; `ID_patches.csv` for each slide, as the published solution reads it, unless `recordsPerFile` is
 * above 1; the table of all tiles is `tables/tiles.csv`. `png`: `images/ID_X_Y.png` and `masks/ID_X_Y.png`; labels 0 and 255 for one class, the
 * number of the class for more. X and Y are working pixels. What is unknown is 255, or grey (128) in a PNG of one class; `class-map.txt` beside the table has
 * the class map that reads the masks again.
 *
 * @throws FtuError `not-found` where there is no data set; `bad-input` for a folder with other things in it, sizes out of range, or no tiles;
 * `unavailable` while another process writes there; `cancelled` when `signal` aborts: nothing is then left behind
 * @example
 * await exportTiles({ data: 'data', out: 'tiles', format: 'tfrecord' });
 */
export async function exportTiles(options: ExportTilesOptions): Promise<TilesSummary> {
  const { recordsPerFile = 1 } = options;
  if (!Number.isSafeInteger(recordsPerFile) || recordsPerFile < 1) {
    throw new FtuError('bad-input', `must be a positive whole number, not ${recordsPerFile}`, {
      subject: 'recordsPerFile',
    });
  }
  const dataset = await openDataset(options.data);
  return fillFolder(options.out, { signal: options.signal }, (folder, signal) =>
    exportInto(folder, dataset, { ...options, signal }),
  );
}
