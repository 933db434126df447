/** Files that a person chose in a page as a place of a slide's files. */
import { blobSource } from './blob-source.js';
import { type FileFolder, partsInside } from './file-folder.js';

/**
 * @param name for messages
 * @param files by their place in the folder: `scan/Index.dat`
 * @example
 * const folder = blobFolder('scans', new Map([['scan.dcm', file]]));
 */
export const blobFolder = (name: string, files: ReadonlyMap<string, Blob>): FileFolder => ({
  name,
  names: async () => [...new Set([...files.keys()].map((file) => file.split('/')[0] ?? ''))].sort(),
  open: async (file) => {
    const blob = files.get(partsInside(file, name).join('/'));
    return blob === undefined ? undefined : blobSource(blob, file);
  },
});
