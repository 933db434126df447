/** Where a slide's files lie: a folder on the disk, on a server, among what was chosen in a page. All behave alike. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blobFolder } from './blob-folder.js';
import type { FileFolder } from './file-folder.js';
import { httpFolder } from './http-folder.js';
import { localFolder } from './local-folder.node.js';

const kinds = new Map<string, FileFolder>();
let root = '';
const server = createServer(async (request, response) => {
  const path = decodeURIComponent(new URL(request.url ?? '', 'http://localhost').pathname);
  const data = await readFile(join(root, path)).catch(() => undefined);
  if (data === undefined) return response.writeHead(404).end();
  return response.writeHead(206, { 'content-range': `bytes 0-${data.length - 1}/${data.length}` }).end(data);
});

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ftuseg-folders-'));
  await mkdir(join(root, 'scan/deep'), { recursive: true });
  await writeFile(join(root, 'scan/deep/a #1.bin'), 'hello');
  await writeFile(join(root, 'scan/b.bin'), 'world');
  await writeFile(join(root, 'secret.bin'), 'secret');
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  kinds.set('disk', localFolder(join(root, 'scan')));
  kinds.set('server', httpFolder(`http://127.0.0.1:${port}/scan?signature=1`));
  const chosen = new Map([
    ['deep/a #1.bin', new Blob(['hello'])],
    ['b.bin', new Blob(['world'])],
  ]);
  kinds.set('page', blobFolder('scan', chosen));
});
afterAll(async () => {
  server.close();
  await rm(root, { recursive: true, force: true });
});

describe.each(['disk', 'server', 'page'])('a folder on the %s', (kind) => {
  const folder = (): FileFolder => {
    const found = kinds.get(kind);
    if (found === undefined) throw new RangeError(kind);
    return found;
  };

  it('opens files by their names, and knows what is not there', async () => {
    const source = await folder().open('deep/a #1.bin');
    expect(source?.size).toBe(5);
    expect(Buffer.from((await source?.read(1, 3)) ?? []).toString()).toBe('ell');
    await source?.close();
    expect(await folder().open('deep/none.bin')).toBeUndefined();
    expect(await folder().open('b.bin/none')).toBeUndefined();
    expect(await folder().open('deep')).toBeUndefined();
  });

  it('says what it holds, where that is known', async () => {
    expect(await folder().names()).toEqual(kind === 'server' ? undefined : ['b.bin', 'deep']);
  });

  it.each(['../secret.bin', '/secret.bin', 'deep/../../secret.bin', '', '..\\secret.bin', './b.bin', 'C:/x', 'a\0'])(
    'refuses to leave it: %j',
    async (name) => {
      await expect(folder().open(name)).rejects.toThrow(/names a file outside its folder/);
    },
  );
});
