/** A folder in the place of a slide table: what lies in it says which rows it stands for. */
import { basename, dirname, join, resolve } from 'node:path';
import { exists } from '@ftuseg/files';
import { SlideError } from '../../slide-error.js';
import { kaggleTestList, readKaggleFolder, readKaggleTest } from '../kaggle.node.js';
import type { SlideRow, SlideTableOptions } from '../slide-row.js';
import { readTableFile } from '../table-file.node.js';
import { labelledForms, readPictureFolder } from './picture-folder.node.js';
import { readTileFolder } from './tile-folder.node.js';

/**
 * Whether the path is Kaggle's folder of slides to predict, whose predictions are a submission.
 * @example
 * await isKaggleTest('hubmap/test'); // true with hubmap/sample_submission.csv
 */
export const isKaggleTest = async (path: string): Promise<boolean> =>
  basename(resolve(path)) === 'test' && (await exists(kaggleTestList(resolve(path))));

/** Half of Kaggle's folder is a slip that deserves its own sentence. */
async function refuseHalfKaggle(folder: string): Promise<void> {
  const [table, slides] = [await exists(join(folder, 'train.csv')), await exists(join(folder, 'train'))];
  if (table === slides) return;
  const [there, missing] = table ? ['train.csv', 'train/'] : ['train/', 'train.csv'];
  throw new SlideError('not-found', `there is ${there}, but no ${missing} beside it`, {
    subject: folder,
    hint: "Kaggle's folder has both; to take pictures without labels, give the folder that holds them",
  });
}

/** The slides of a folder, by what lies in it; see `readSlideTable`. */
export async function readFolder(at: string, options: SlideTableOptions): Promise<SlideRow[]> {
  const { labelled = false, onNote } = options;
  if (await exists(join(at, 'slides.csv'))) return readTableFile(join(at, 'slides.csv'), options);
  if ((await exists(join(at, 'train.csv'))) && (await exists(join(at, 'train')))) return readKaggleFolder(at, options);
  if (await isKaggleTest(at)) {
    const rows = await readKaggleTest(at, options);
    if (!labelled) return rows;
    throw new SlideError('bad-input', 'these are slides to predict, without labels', { subject: at });
  }
  if ((await exists(join(at, 'train.csv'))) && (await exists(join(at, 'train_images')))) {
    return readTableFile(join(at, 'train.csv'), options);
  }
  const tiles = await readTileFolder(at, { labelled, onNote });
  if (tiles !== undefined) return tiles;
  const pictures = await readPictureFolder(at, labelled ? undefined : onNote);
  if (pictures === undefined) {
    await refuseHalfKaggle(at);
    throw new SlideError(
      'not-found',
      'the folder holds neither slides.csv nor train.csv with train/ nor images/ with masks/ nor pictures',
      { subject: at, hint: 'give a slide table' },
    );
  }
  if (!labelled) return pictures;
  const above = dirname(at);
  const isTrain = basename(at) === 'train' && (await exists(join(above, 'train.csv')));
  throw new SlideError('bad-input', `the folder holds ${pictures.length} pictures and no labels`, {
    subject: at,
    hint: isTrain ? `give ${above}, whose train.csv has them` : labelledForms(at),
  });
}
