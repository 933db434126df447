/** What the first page of a TIFF says of itself: by this the kinds of TIFFs that scanners write are told apart. */
import { SlideError } from '../../../slide-error.js';
import type { ByteSource } from '../../../source/byte-source.js';
import type { FileStart } from '../../format.js';
import { isDicom, isDisguised } from '../../known/known-formats.js';
import { type Directory, openTiffFile, readDirectory, readText, type TiffFile } from './file.js';
import { Tag } from './tags.js';

/** Both orders of bytes, TIFF and BigTIFF. */
const BEGIN = /^(II[*+]\0|MM\0[*+])/;
/** The header of a TIFF. */
const MIN_BYTES = 8;
/** Letters of a description that tell whose it is. */
const START_LETTERS = 65_536;

export interface FirstPage {
  readonly file: TiffFile;
  readonly directory: Directory;
  /** How its description begins. */
  readonly description: string;
  /** That wrote it. */
  readonly software: string;
}

/** Whether a file begins as a TIFF, and is none of those that hide behind one. */
export const beginsAsTiff = ({ name, head }: FileStart): boolean =>
  head.length >= MIN_BYTES &&
  BEGIN.test(String.fromCharCode(...head.subarray(0, 4))) &&
  !isDisguised(name) &&
  !isDicom(head);

/** @returns undefined for a file whose first page cannot be read: the reader of all TIFFs says why */
export async function readFirstPage(source: ByteSource): Promise<FirstPage | undefined> {
  try {
    const file = await openTiffFile(source);
    if (file === undefined) return undefined;
    const directory = await readDirectory(file, file.firstDirectory, 'page 0');
    const text = (tag: number): Promise<string> => readText(file, directory.entries.get(tag), START_LETTERS);
    const [description, software] = [await text(Tag.ImageDescription), await text(Tag.Software)];
    return { file, directory, description, software };
  } catch (error) {
    if (error instanceof SlideError && error.code === 'bad-input') return undefined;
    throw error;
  }
}
