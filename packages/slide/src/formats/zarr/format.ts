/** OME-Zarr 0.4 and 0.5: a folder of chunks, or the same folder in a ZIP file. */

import { SlideError } from '../../slide-error.js';
import { zipFolder } from '../../source/zip/zip-folder.js';
import type { SlideFormat } from '../format.js';
import { openZarr } from './open-zarr.js';

const METADATA: readonly string[] = ['.zattrs', '.zgroup', '.zarray', 'zarr.json'];
const NAME = /\.zarr[/\\]?$/i;
const ZIPPED = /\.(ozx|zarr\.zip)$/i;

/** Only its name says what it is. */
const withoutMetadata = (subject: string): SlideError =>
  new SlideError('bad-input', 'there are no metadata of Zarr in it (.zattrs or zarr.json)', {
    subject,
    hint: 'give the folder that holds them, or copy it again with its hidden files',
  });

export const zarr: SlideFormat = {
  name: 'OME-Zarr',
  endings: ['ome.zarr', 'zarr', 'ome.zarr.zip', 'zarr.zip', 'ozx'],
  reads: 'ranges',
  probe: ({ name, head }) => ZIPPED.test(name) && head[0] === 0x50 && head[1] === 0x4b,
  open: async (source, runtime) => {
    const slide = await openZarr(await zipFolder(source, METADATA), runtime, () => source.close());
    if (slide === undefined) throw withoutMetadata(source.name);
    return slide;
  },
  folder: {
    probe: ({ name, names }) => NAME.test(name) || METADATA.some((file) => names?.includes(file) === true),
    open: async (folder, runtime) => {
      const slide = await openZarr(folder, runtime);
      if (slide === undefined && NAME.test(folder.name)) throw withoutMetadata(folder.name);
      return slide;
    },
  },
};
