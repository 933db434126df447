/** A file or a folder of the person's disk as a slide, and one sentence where a browser cannot open it. */
import { FtuError } from '@ftuseg/core';
import { blobFolder, blobSource, browserRuntime, openSlideFolder, openSource, type Slide } from '@ftuseg/slide/browser';
import type { FolderFile, NamedSource } from './slide-source.js';

/** What a server can do with files that a page cannot open. */
const USE_INSTEAD = 'convert it with `ftu convert`, or open it with `ftu studio` on a computer that has ftuseg';

const folderOf = (name: string, files: readonly FolderFile[]) =>
  blobFolder(name, new Map(files.map(({ path, file }) => [path, file])));

async function open({ name, source }: NamedSource): Promise<Slide> {
  if (source.kind === 'file') {
    const { file, beside } = source;
    const options = beside === undefined ? {} : { beside: folderOf(name, beside) };
    return openSource(blobSource(file, name), browserRuntime, options);
  }
  const slide = await openSlideFolder(folderOf(name, source.files), browserRuntime);
  if (slide !== undefined) return slide;
  const hint =
    'choose the folder of one slide (DICOM, OME-Zarr), one that holds a .mrxs or .vsi with its own folder, or open slide files';
  throw new FtuError('unsupported', 'this folder is no slide', { subject: name, hint });
}

/** @throws FtuError with what to use instead */
export async function openFile(named: NamedSource): Promise<Slide> {
  const { name } = named;
  try {
    return await open(named);
  } catch (error) {
    if (error instanceof FtuError) {
      throw new FtuError(error.code, error.problem, { subject: name, hint: error.hint ?? USE_INSTEAD, cause: error });
    }
    throw new FtuError('unsupported', `a browser cannot open this file (${String(error)})`, {
      subject: name,
      hint: USE_INSTEAD,
      cause: error,
    });
  }
}
