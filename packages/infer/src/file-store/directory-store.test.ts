/** A page's folder, played by a map: what a kill leaves behind, in browsers that rename and in those that do not. */
import { expect, it } from 'vitest';
import { directoryStore, type FolderHandle } from './directory-store.js';
import { readText, writeText } from './file-store.js';

interface FakeFolder extends FolderHandle {
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  /** Handles that were asked for. */
  asked: number;
}

function fakeFolder(canMove: boolean): FakeFolder {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const missing = (): never => {
    throw new DOMException('not there', 'NotFoundError');
  };
  const folder: FakeFolder = {
    files,
    asked: 0,
    getFileHandle: async (name, options) => {
      folder.asked++;
      if (!files.has(name)) {
        if (options?.create !== true) missing();
        files.set(name, new Uint8Array());
      }
      const handle = {
        getFile: async () => new Blob([files.get(name) ?? missing()]),
        createSyncAccessHandle: async () => ({
          write: (bytes: Uint8Array, { at }: { readonly at: number }) => {
            const before = files.get(name) ?? new Uint8Array();
            const whole = new Uint8Array(Math.max(before.length, at + bytes.length));
            whole.set(before);
            whole.set(bytes, at);
            files.set(name, whole);
            return bytes.length;
          },
          truncate: (size: number) => void files.set(name, (files.get(name) ?? new Uint8Array()).slice(0, size)),
          flush: () => undefined,
          close: () => undefined,
        }),
      };
      const move = async (to: string): Promise<void> => {
        files.set(to, files.get(name) ?? missing());
        files.delete(name);
      };
      return canMove ? { ...handle, move } : handle;
    },
    removeEntry: async (name) => {
      if (!files.delete(name)) missing();
    },
    async *values() {
      for (const name of [...files.keys()]) yield { kind: 'file', name };
    },
  };
  return folder;
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

it.each([true, false])('reads what was written last (the browser renames: %s)', async (canMove) => {
  const folder = fakeFolder(canMove);
  const store = directoryStore(folder);
  expect(await store.read('a')).toBeUndefined();
  for (const text of ['first', 'a second, longer one', 'third']) {
    await writeText(store, 'a', [text]);
    expect(await readText(store, 'a')).toBe(text);
  }
  expect(await store.size('a')).toBe(5);
  expect(await store.names()).toEqual(['a']);
  expect([...folder.files.keys()]).toEqual(['a']);
  await store.remove('a');
  expect(await store.read('a')).toBeUndefined();
});

it.each([false, true])(
  'believes a whole copy before a file that was being overwritten, until the file is written again (the browser renames: %s)',
  async (canMove) => {
    const folder = fakeFolder(canMove);
    folder.files.set('a.copy', bytes('whole'));
    folder.files.set('a', bytes('who'));
    const store = directoryStore(folder);
    expect(await readText(store, 'a')).toBe('whole');
    await writeText(store, 'a', ['newer']);
    expect(await readText(store, 'a')).toBe('newer');
    expect(await readText(directoryStore(folder), 'a')).toBe('newer');
  },
);

it('asks for one file where there are no copies', async () => {
  const folder = fakeFolder(true);
  folder.files.set('a', bytes('text'));
  const store = directoryStore(folder);
  await store.read('a');
  const before = folder.asked;
  for (let i = 0; i < 5; i++) expect(await store.read('a', { offset: 1, length: 2 })).toEqual(bytes('ex'));
  expect(folder.asked - before).toBe(5);
});
