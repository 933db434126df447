/**
 * Files as read-only memory, for training data that are larger than memory: the system reads the pages that are touched and drops them when it
 * needs the room. It lives here because training needs this addon anyway; libtorch takes no part in it.
 */
import { constants } from 'node:buffer';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { TorchError } from './errors.js';
import { addonOnly, withNative } from './native.js';

export interface FileMap {
  /** By which other threads of this process find the map, as long as this one has not been collected. */
  readonly id: number;
  /** The whole file. Writing into it ends the process. */
  readonly bytes: ArrayBuffer;
}

/**
 * Maps a file. It stays mapped until `bytes` is collected, in every thread; a file that is replaced by a rename meanwhile stays as it was, one that
 * is cut short ends the process where its lost part is read.
 *
 * @throws TorchError 'unavailable' without the addon or where the file system cannot map, 'memory' without address space, 'argument' for an empty
 * file, one of more bytes than an ArrayBuffer of this Node.js can have, or something that is no file; Node's error when the file cannot be opened
 * @example
 * const { bytes } = mapFile('slide.image.npy');
 * new Uint8Array(bytes, 128);
 */
export function mapFile(path: string): FileMap {
  return withNative((bridge) => {
    const descriptor = openSync(path, 'r');
    try {
      const { size } = fstatSync(descriptor);
      if (size > constants.MAX_LENGTH) {
        throw new TorchError(
          'argument',
          `${size} bytes are more than this Node.js can index (${constants.MAX_LENGTH})`,
          {
            op: 'mapFile',
          },
        );
      }
      const [id, bytes] = bridge.mapFile(descriptor);
      return { id, bytes };
    } finally {
      closeSync(descriptor);
    }
  }, addonOnly);
}

/**
 * A file that another thread has mapped, without mapping it again: one set of pages, whatever has become of the file's name.
 *
 * @throws TorchError 'disposed' when no thread holds the map any more
 * @example
 * new Uint8Array(sharedFileMap(workerData.id));
 */
export function sharedFileMap(id: number): ArrayBuffer {
  return withNative((bridge) => bridge.sharedFileMap(id), addonOnly);
}

/** Maps that are held in this process: flat over folds, or something leaks. */
export function fileMaps(): number {
  return withNative((bridge) => bridge.fileMaps(), addonOnly);
}
