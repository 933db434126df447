import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCsv } from './csv/csv.js';
import { readRegularText } from './regular-file.js';

describe.skipIf(process.platform === 'win32')('files that are no files', () => {
  let folder = '';
  let pipe = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftuseg-regular-'));
    pipe = join(folder, 'pipe.tif');
    execFileSync('mkfifo', [pipe]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('reads a regular file, and names what is missing', async () => {
    await writeFile(join(folder, 'a.txt'), 'text');
    expect(await readRegularText(join(folder, 'a.txt'))).toBe('text');
    await expect(readRegularText(join(folder, 'b.txt'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(readRegularText(folder)).rejects.toThrow('cannot be read: it is a folder');
  });

  it('refuses a pipe instead of waiting for its writer', async () => {
    await expect(readCsv(pipe)).rejects.toThrow(
      `${pipe}: this is a pipe, not a regular file; save its content as a file`,
    );
  });

  it('refuses a device and a socket', async () => {
    await expect(readRegularText('/dev/zero')).rejects.toThrow('/dev/zero: this is a device, not a regular file');
    const path = join(folder, 'socket');
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      await expect(readRegularText(path)).rejects.toThrow('this is a socket, not a regular file');
    } finally {
      server.close();
    }
  });
});
