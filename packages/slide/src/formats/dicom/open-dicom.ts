/** A series of DICOM files as a `Slide`. */
import type { Slide } from '../../slide.js';
import type { ByteSource } from '../../source/byte-source.js';
import type { FileFolder } from '../../source/file-folder.js';
import type { SlideRuntime } from '../format.js';
import { slideOfPages } from '../tiff/pages-slide.js';
import { describeInstance } from './instance.js';
import { describePyramid } from './pyramid.js';
import { seriesOfFile, seriesOfFolder } from './series.js';
import { type DicomFile, readDicomFile } from './structure/read-file.js';

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

async function slideOf(sources: readonly ByteSource[], subject: string, runtime: Runtime): Promise<Slide> {
  const files: DicomFile[] = [];
  for (const source of sources) files.push(await readDicomFile(source));
  const size = sources.reduce((sum, { size }) => sum + size, 0);
  const close = async (): Promise<void> => {
    await Promise.all(sources.map((source) => source.close()));
  };
  return slideOfFiles(files, { subject, size, close }, runtime);
}

interface Opened {
  /** For messages: the file, the folder or the address that was opened. */
  readonly subject: string;
  /** Bytes of all files. */
  readonly size: number;
  close(): Promise<void>;
}

/**
 * The slide of what belongs together.
 * @throws {SlideError} `bad-input` for what is missing or contradicts itself; `unsupported` for what is not read
 */
export async function slideOfFiles(
  files: readonly DicomFile[],
  { subject, size, close }: Opened,
  runtime: Runtime,
): Promise<Slide> {
  const instances = files.map(describeInstance).filter((instance) => instance !== undefined);
  const pyramid = await describePyramid(instances, subject, runtime.codecs);
  const source: ByteSource = {
    name: subject,
    size,
    // Every tile names its own file.
    read: () => Promise.reject(new RangeError('a DICOM slide is read file by file')),
    close,
  };
  return slideOfPages(pyramid, { source, makeShrinker: runtime.makeShrinker });
}
