import { describe, expect, it } from 'vitest';
import { buildZip, type ZipOptions } from '../../../tests/zarr/zip-builder.mjs';
import { blobSource } from '../blob-source.js';
import type { FileFolder } from '../file-folder.js';
import { zipFolder } from './zip-folder.js';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const files = new Map([
  ['a.json', text('hello')],
  ['deep/b é.bin', Uint8Array.from({ length: 900 }, (_, i) => i & 255)],
  ['empty', new Uint8Array()],
]);
const opened = (bytes: Uint8Array): Promise<FileFolder> =>
  zipFolder(blobSource(new Blob([Uint8Array.from(bytes)]), 'x.ozx'), ['a.json']);

const FORMS: readonly (readonly [string, ZipOptions])[] = [
  ['stored', {}],
  ['deflated', { deflate: true }],
  ['large form', { zip64: true }],
  ['large form, deflated, with a comment', { zip64: true, deflate: true, comment: 'PK\x05\x06 is no end' }],
];

describe.each(FORMS)('a ZIP file: %s', (_, options) => {
  it('opens files by their names, and knows what is not there', async () => {
    const folder = await opened(buildZip(files, options));
    expect(await folder.names()).toEqual(['a.json', 'deep', 'empty']);
    for (const [name, bytes] of files) {
      const source = await folder.open(name);
      expect(source?.size).toBe(bytes.length);
      expect(await source?.read(0, bytes.length)).toEqual(bytes);
      if (bytes.length > 5) expect(await source?.read(300, 77)).toEqual(bytes.subarray(300, 377));
      await expect(source?.read(bytes.length, 1)).rejects.toThrow('lie outside the file');
    }
    for (const name of ['deep', 'none', 'deep/none']) expect(await folder.open(name)).toBeUndefined();
    await expect(folder.open('../a.json')).rejects.toThrow('outside its folder');
  });

  it('is itself where all is in one folder', async () => {
    const inside = new Map([...files].map(([name, bytes]) => [`scan.zarr/${name}`, bytes]));
    const folder = await opened(buildZip(inside, options));
    expect(await folder.names()).toEqual(['a.json', 'deep', 'empty']);
    expect((await folder.open('a.json'))?.size).toBe(5);
  });

  it('says in one sentence that it is cut off or damaged, and never reads on', async () => {
    const whole = buildZip(files, options);
    for (let length = 0; length < whole.length; length += 101) {
      await expect(opened(whole.subarray(0, length))).rejects.toMatchObject({ code: 'bad-input', subject: 'x.ozx' });
    }
    for (let at = 0; at < whole.length; at += 3) {
      const damaged = whole.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      const read = async (): Promise<void> => {
        const folder = await opened(damaged);
        for (const name of files.keys()) await (await folder.open(name))?.read(0, 0);
      };
      const error: unknown = await read().catch((reason: unknown) => reason);
      if (error !== undefined) expect(error).toMatchObject({ name: 'SlideError', subject: 'x.ozx' });
    }
  });
});

it('refuses encrypted files and a bomb', async () => {
  const encrypted = await opened(buildZip(files, { encrypted: true }));
  await expect(encrypted.open('a.json')).rejects.toThrow('encrypted files in a ZIP file are not supported');
  const zeros = new Map([['a.json', new Uint8Array(81 << 20)]]);
  const bomb = buildZip(zeros, { deflate: true });
  expect(bomb.length).toBeLessThan(1 << 20);
  await expect((await opened(bomb)).open('a.json')).rejects.toThrow('84934656 bytes is too large to read in parts');
});
