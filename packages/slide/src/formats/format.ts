/**
 * A format of slides: one folder beside this file and one line in `registry.ts`. A format knows its files by their first bytes and their name, and makes
 * a `Slide` of any source of bytes, in Node and in a browser.
 */
import type { Codec } from '../codecs/codec.js';
import type { MakeShrinker } from '../shrink/shrinker.js';
import type { Slide } from '../slide.js';
import type { ByteSource } from '../source/byte-source.js';
import type { FileFolder } from '../source/file-folder.js';
import type { KnownFormat } from './known/known-formats.js';

/** What is known of a file before it is opened. */
export interface FileStart {
  /** Path, or the last name of an address; empty where there is none. */
  readonly name: string;
  /** The first `HEAD_BYTES` bytes, or all of a shorter file. */
  readonly head: Uint8Array;
}

/** What is known of a folder before it is opened. */
export interface FolderStart {
  /** Path, or the last name of an address. */
  readonly name: string;
  /** Of its files and folders; undefined where nobody knows, as on a server. */
  readonly names: readonly string[] | undefined;
}

/** What differs between Node and a browser. */
export interface SlideRuntime {
  readonly codecs: readonly Codec[];
  readonly makeShrinker: MakeShrinker;
  /** Decodes plain pictures; absent where the runtime has nothing for it. */
  readonly openPicture?: (source: ByteSource) => Promise<Slide>;
  /**
   * Opens a file of the disk with the machine's OpenSlide.
   * @param format what it is
   * @returns undefined where there is no such library
   * @throws {SlideError} what the library says
   */
  readonly openWithOpenSlide?: (path: string, format: KnownFormat) => Promise<Slide | undefined>;
}

export interface SlideFormat {
  /** As people call it. */
  readonly name: string;
  /** Endings of its files' names, in small letters and without a dot: `svs`. */
  readonly endings: readonly string[];
  /** `whole`: every pixel needs all of the file, so that one on a server is downloaded before it is opened. */
  readonly reads: 'ranges' | 'whole';
  /** Other formats are made of it, as an SVS is a TIFF: it is asked after those. */
  readonly isBase?: boolean;
  /** Whether the file may be one of this format. */
  probe(start: FileStart): boolean;
  /**
   * Opens a file that `probe` takes. The slide closes the source; where opening fails, the caller does.
   * @param beside the folder of the file, for slides of several files; undefined where only the one file was given
   * @returns undefined for what turns out to be of another format
   * @throws {SlideError} `unsupported` or `bad-input`, in one sentence that names the file
   */
  open(source: ByteSource, runtime: SlideRuntime, beside?: FileFolder): Promise<Slide | undefined>;
  /** Where a folder can be a slide. */
  readonly folder?: {
    /** Whether the folder may be a slide of this format; its files may be looked at by `open` only. */
    probe(start: FolderStart): boolean;
    /**
     * Opens a folder that `probe` takes.
     * @returns undefined for what turns out to be none
     * @throws {SlideError} as for a file
     */
    open(folder: FileFolder, runtime: SlideRuntime): Promise<Slide | undefined>;
  };
}

/** Bytes that tell formats apart. */
export const HEAD_BYTES = 264;
