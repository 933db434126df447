/** What lies below an address as a place of a slide's files: each is asked for by its name, since servers do not list. */
import { FtuError } from '@ftuseg/core';
import { type FileFolder, partsInside } from './file-folder.js';
import { type HttpSourceOptions, openHttpSource } from './http-source.js';

/**
 * @param address of a folder; what follows a question mark, such as a signature, is sent with every file
 * @example
 * const attributes = await httpFolder('https://example.org/scan.zarr').open('.zattrs');
 */
export function httpFolder(address: string, options: HttpSourceOptions = {}): FileFolder {
  return {
    name: address,
    names: async () => undefined,
    open: async (name) => {
      const below = new URL(address);
      const path = partsInside(name, address).map(encodeURIComponent).join('/');
      below.pathname = `${below.pathname.replace(/\/$/, '')}/${path}`;
      try {
        return await openHttpSource(below.href, options);
      } catch (error) {
        if (error instanceof FtuError && error.code === 'not-found') return undefined;
        throw error;
      }
    },
  };
}
