/** OME-Zarr 0.4 and 0.5: a folder of chunks, or the same folder in a ZIP file. */
import { zipFolder } from '../../source/zip/zip-folder.js';
import type { SlideFormat } from '../format.js';
import { openZarr } from './open-zarr.js';

const METADATA: readonly string[] = ['.zattrs', '.zgroup', '.zarray', 'zarr.json'];
const NAME = /\.zarr[/\\]?$/i;
const ZIPPED = /\.(ozx|zarr\.zip)$/i;

export const zarr: SlideFormat = {
  name: 'OME-Zarr',
  endings: ['ome.zarr', 'zarr', 'ome.zarr.zip', 'zarr.zip', 'ozx'],
  reads: 'ranges',
  probe: ({ name, head }) => ZIPPED.test(name) && head[0] === 0x50 && head[1] === 0x4b,
  open: async (source, runtime) => openZarr(await zipFolder(source, METADATA), runtime, () => source.close()),
  folder: {
    probe: ({ name, names }) => NAME.test(name) || METADATA.some((file) => names?.includes(file) === true),
    open: (folder, runtime) => openZarr(folder, runtime),
  },
};
