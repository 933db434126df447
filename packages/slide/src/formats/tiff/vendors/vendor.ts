/**
 * A scanner that writes TIFFs in a way of its own: one file (or folder) beside this one and one line in `vendors.ts`. It knows its files by what their
 * first page says, and says which page is what.
 */
import type { TiffSlide } from '../page.js';
import type { Directory, TiffFile } from '../structure/file.js';
import type { PageOptions } from '../structure/pixel-format.js';

/** What the first page says of who wrote it. */
export interface TiffSigns {
  /** The beginning of tag 270. */
  readonly description: string;
  /** The beginning of tag 305. */
  readonly software: string;
  /** The beginning of tag 700. */
  readonly xmp: string;
}

export interface VendorOptions extends Pick<PageOptions, 'codecs' | 'content'> {
  /** All of the first page's tag 270. */
  readonly description: string;
}

export interface TiffVendor {
  /** As people call its files. */
  readonly name: string;
  wrote(signs: TiffSigns): boolean;
  /**
   * @param directories every page but those that are masks
   * @throws {SlideError} `unsupported` or `bad-input`, in one sentence that names the file
   */
  open(file: TiffFile, directories: readonly Directory[], options: VendorOptions): Promise<TiffSlide>;
}
