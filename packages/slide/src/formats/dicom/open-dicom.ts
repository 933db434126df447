/** A series of DICOM files as a `Slide`. */
import type { Slide } from '../../slide.js';
import type { ByteSource } from '../../source/byte-source.js';
import type { FileFolder } from '../../source/file-folder.js';
import type { SlideRuntime } from '../format.js';
import { slideOfPages } from '../tiff/pages-slide.js';
import { describeInstance, type Instance } from './instance.js';
import { describePyramid } from './pyramid.js';
import { seriesOfFile, seriesOfFolder } from './series.js';
import { readDicomFile } from './structure/read-file.js';

type Runtime = Pick<SlideRuntime, 'codecs' | 'makeShrinker'>;

/**
 * Opens the slide that a file belongs to, with the files of its series beside it.
 * @throws {SlideError} `bad-input` for what is missing, damaged or contradicts itself; `unsupported` for what is not read
 */
export async function openDicomFile(source: ByteSource, runtime: Runtime, beside?: FileFolder): Promise<Slide> {
  const files = await seriesOfFile(source, beside);
  try {
    return await slideOf(files, source.name, runtime);
  } catch (error) {
    // The caller closes its own.
    await Promise.all(files.filter((file) => file !== source).map((file) => file.close()));
    throw error;
  }
}

/**
 * Opens the slide that lies in a folder.
 * @param names of its DICOM files
 * @throws {SlideError} as for a file, and `bad-input` for two slides in one folder
 */
export async function openDicomFolder(folder: FileFolder, names: readonly string[], runtime: Runtime): Promise<Slide> {
  const files = await seriesOfFolder(folder, names);
  try {
    return await slideOf(files, folder.name, runtime);
  } catch (error) {
    await Promise.all(files.map((file) => file.close()));
    throw error;
  }
}

async function slideOf(files: readonly ByteSource[], subject: string, runtime: Runtime): Promise<Slide> {
  const instances: Instance[] = [];
  for (const file of files) {
    const instance = describeInstance(await readDicomFile(file));
    if (instance !== undefined) instances.push(instance);
  }
  const pyramid = await describePyramid(instances, subject, runtime.codecs);
  const source: ByteSource = {
    name: subject,
    size: files.reduce((sum, { size }) => sum + size, 0),
    // Every tile names its own file.
    read: () => Promise.reject(new RangeError('a DICOM slide is read file by file')),
    close: async () => {
      await Promise.all(files.map((file) => file.close()));
    },
  };
  return slideOfPages(pyramid, { source, makeShrinker: runtime.makeShrinker });
}
