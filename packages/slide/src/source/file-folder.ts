/**
 * The files beside a slide's own, and slides that are folders: a folder on the disk, below an address, or among what a person chose in a page. Some
 * formats keep a slide in several files, and name them inside one of them.
 */
import { SlideError } from '../slide-error.js';
import type { ByteSource } from './byte-source.js';

export interface FileFolder {
  /** For messages: a path, an address or the folder's name. */
  readonly name: string;
  /** Of its files and folders, without what lies deeper, sorted; undefined where nobody knows, as on a server. */
  names(): Promise<readonly string[] | undefined>;
  /**
   * Opens a file in it, or deeper: `0/0/1`. The caller closes it.
   * @returns undefined if there is none
   * @throws {SlideError} `bad-input` for a name that leads out of the folder; FtuError `io` where it cannot be read
   */
  open(name: string): Promise<ByteSource | undefined>;
}

/**
 * The parts of a name inside a folder; slides name their files, and a hostile one must not reach others.
 * @param folder for messages
 * @throws {SlideError} `bad-input` for an empty or absolute name, and for one that leads out of the folder
 * @example
 * partsInside('scan/Index.dat', 'scan.mrxs'); // ['scan', 'Index.dat']
 */
export function partsInside(name: string, folder: string): readonly string[] {
  const parts = name.split('/');
  if (!/[\\\0:]/.test(name) && parts.every((part) => part !== '' && part !== '.' && part !== '..')) return parts;
  throw new SlideError('bad-input', `the slide names a file outside its folder (${JSON.stringify(name)})`, {
    subject: folder,
    hint: 'it is damaged, or not to be trusted',
  });
}
