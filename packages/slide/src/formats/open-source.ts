/** Opens a slide over a source of bytes or a folder, whatever its format: on the disk, on a server, or chosen by somebody in a page. */
import type { Slide } from '../slide.js';
import type { ByteSource } from '../source/byte-source.js';
import type { FileFolder } from '../source/file-folder.js';
import { formatsOf, formatsOfFolder } from './find-format.js';
import { type FileStart, HEAD_BYTES, type SlideRuntime } from './format.js';
import { notRead } from './known/not-read.js';

export interface OpenSourceOptions {
  /** Tells formats apart where bytes do not; by default the name of the source. */
  readonly name?: string;
  /** The folder of the file, for slides of several files. */
  readonly beside?: FileFolder;
  /** The error about a file of no format that is read. */
  readonly refuse?: (start: FileStart) => Error;
}

/**
 * The slide closes the source; so does a failure.
 *
 * @throws {SlideError} `unsupported` for a format that is not read, by its name where it is known; what the format says of a damaged file
 * @example
 * const slide = await openSource(blobSource(input.files[0]), browserRuntime);
 */
export async function openSource(
  source: ByteSource,
  runtime: SlideRuntime,
  options: OpenSourceOptions = {},
): Promise<Slide> {
  const { name = source.name, beside, refuse = (start) => notRead(start, source.name) } = options;
  try {
    const head = await source.read(0, Math.min(source.size, HEAD_BYTES));
    for (const format of formatsOf({ name, head })) {
      const slide = await format.open(source, runtime, beside);
      if (slide !== undefined) return slide;
    }
    throw refuse({ name, head });
  } catch (error) {
    await source.close();
    throw error;
  }
}

/**
 * Opens a folder that is a slide.
 * @returns undefined for a folder that is none
 * @throws {SlideError} what a format says of a damaged slide
 * @example
 * const slide = await openSlideFolder(blobFolder('scan.zarr', files), browserRuntime);
 */
export async function openSlideFolder(folder: FileFolder, runtime: SlideRuntime): Promise<Slide | undefined> {
  const { name } = folder;
  for (const format of formatsOfFolder({ name, names: await folder.names() })) {
    const slide = await format.folder?.open(folder, runtime);
    if (slide !== undefined) return slide;
  }
  return undefined;
}
