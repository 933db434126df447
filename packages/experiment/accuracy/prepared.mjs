/** The prepared images that rows train on: those of all hospitals, once for each way of preparing them, the pictures of the hospital left out, and drawn slides. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readCsv } from '@ftuseg/files';
import { openDataset } from '@ftuseg/folders';
import { filterRows, parseClasses, readSlideTable } from '@ftuseg/slide';
import { prepareDataset, prepareUnlabelled } from '@ftuseg/train';

/**
 * @param stain a stain normalisation of `ftu prepare`; undefined: colours as they are
 * @returns the folder of all images with their labels
 * @throws where the folder has data of another scale or window, which results would be taken for
 */
export async function preparedImages({ out, table, micronsPerPixel, tile }, stain) {
  const data = join(out, stain === undefined ? 'data' : `data-${stain}`);
  if (!existsSync(join(data, 'dataset.json'))) {
    const classes = parseClasses(undefined);
    await prepareDataset({ table, out: data, micronsPerPixel, tile, classes, stainNormalisation: stain });
  }
  const found = await openDataset(data);
  if (found.micronsPerPixel !== micronsPerPixel || found.tile !== tile) {
    const has = `windows of ${found.tile} px at ${found.micronsPerPixel} µm per pixel`;
    throw new Error(`${data} has ${has}, not of ${tile} px at ${micronsPerPixel}: give --out another folder`);
  }
  return data;
}

/** @returns the folder of the pictures of one hospital; their labels are not opened */
export async function preparedPictures({ out, table, micronsPerPixel, tile, column, heldOut }) {
  const data = join(out, `pictures-${heldOut}`);
  const rows = filterRows(await readSlideTable(table), `${column}=${heldOut}`);
  await prepareUnlabelled({ rows, out: data, micronsPerPixel, tile });
  return data;
}

/**
 * The slides of `ftu synth --layout starter` as two further hospitals, H&E and other stains, so that windows are balanced over them too.
 *
 * @param drawn folder of the slides
 * @returns the folder of the prepared slides
 */
export async function preparedDrawn({ drawn, out, micronsPerPixel, tile }) {
  const data = join(out, 'data-drawn');
  if (existsSync(join(data, 'dataset.json'))) return data;
  const { rows } = await readCsv(join(drawn, 'slides.csv'));
  const lines = rows.map(({ cells: { id, image, mask, stain, mpp } }) => {
    const centre = stain === 'he' ? 'drawn-he' : 'drawn-special';
    return [id, resolve(drawn, image), resolve(drawn, mask), stain, centre, id, mpp].join(',');
  });
  const table = join(out, 'drawn.csv');
  await writeFile(table, `${['id,image,mask,stain,centre,slide,mpp', ...lines].join('\n')}\n`);
  await prepareDataset({ table, out: data, micronsPerPixel, tile, classes: parseClasses(undefined) });
  return data;
}
