/** A result of earlier is taken only while its slide is the same, all of its files: a slide may be a folder, or name others. */
import { cp, mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileIdentity } from './file-identity.js';

let folder = '';
const at = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-identity-'));
  await mkdir(at('scan/deep'), { recursive: true });
  await mkdir(at('_slide_/stack1'), { recursive: true });
  await mkdir(at('series'));
  await mkdir(at('vms'));
  await writeFile(at('vms/a.vms'), '[Virtual Microscope Specimen]\r\nImageFile=a.jpg\r\nMapFile=gone.jpg\r\n');
  await Promise.all(
    [
      'vms/a.jpg',
      'vms/b.jpg',
      'scan.mrxs',
      'scan/Index.dat',
      'scan/deep/chunk',
      'slide.vsi',
      '_slide_/stack1/frame_t.ets',
      'series/a.dcm',
      'series/b.dcm',
      'alone.svs',
      'alone.mrxs',
    ].map((name) => writeFile(at(name), name)),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ['a folder', 'scan', 'scan/deep/chunk', true],
  ['a MIRAX file with its folder', 'scan.mrxs', 'scan/Index.dat', true],
  ['a MIRAX file without one', 'alone.mrxs', 'scan/Index.dat', false],
  ['a VSI file with its folder', 'slide.vsi', '_slide_/stack1/frame_t.ets', true],
  ['a DICOM file with its series', 'series/a.dcm', 'series/b.dcm', true],
  ['a VMS with the files that it names', 'vms/a.vms', 'vms/a.jpg', true],
  ['a VMS and other files beside it', 'vms/a.vms', 'vms/b.jpg', false],
  ['a file of its own', 'alone.svs', 'series/b.dcm', false],
])('%s', async (_, slide, other, belongs) => {
  const before = await fileIdentity(at(slide));
  expect(await fileIdentity(at(slide))).toEqual(before);
  await writeFile(at(other), `${other}, changed at ${performance.now()}`);
  const after = await fileIdentity(at(slide));
  if (belongs) expect(after).not.toEqual(before);
  else expect(after).toEqual(before);
});

it.each([
  ['alone.svs', 'alone.svs'],
  ['scan.mrxs', 'scan/Index.dat'],
  ['vms/a.vms', 'vms/a.jpg'],
])('%s: notices a copy of the same size that keeps times', async (slide, member) => {
  const { length } = await readFile(at(member));
  await writeFile(at('other'), 'x'.repeat(length));
  await utimes(at('other'), 1e9, 1e9);
  await utimes(at(member), 1e9, 1e9);
  const before = await fileIdentity(at(slide));
  await cp(at('other'), at(member), { preserveTimestamps: true });
  expect((await stat(at(member))).mtimeMs).toBe(1e12);
  expect(await fileIdentity(at(slide))).not.toEqual(before);
});

it('says of a slide that is gone what it says of a file', async () => {
  await expect(fileIdentity(at('none.dcm'))).rejects.toMatchObject({ code: 'not-found' });
  await expect(fileIdentity(at('none.mrxs'))).rejects.toMatchObject({ code: 'not-found' });
});

it('asks a server for what describes an OME-Zarr', async () => {
  const server = createServer((request, response) => {
    if (request.url !== '/scan.zarr/.zattrs?key=1') return response.writeHead(404).end();
    return response.writeHead(206, { 'content-range': 'bytes 0-0/77', etag: '"v1"' }).end('{');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}/scan.zarr?key=1`;
  expect(await fileIdentity(address)).toEqual({ path: address, bytes: 77, modified: 0, etag: '"v1"' });
  await expect(fileIdentity(`http://127.0.0.1:${port}/other.zarr`)).rejects.toMatchObject({ code: 'not-found' });
  server.close();
});
