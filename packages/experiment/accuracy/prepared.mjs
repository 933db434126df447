/** The prepared images that rows train on: those of all hospitals, once for each way of preparing them, and the pictures of the hospital left out. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
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
