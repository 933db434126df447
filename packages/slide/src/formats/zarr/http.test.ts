/** OME-Zarr on a server: a folder of which nobody can list the names, and a ZIP file read by ranges. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samplePicture } from '../../../tests/format-suite.js';
import { type Served, serve } from '../../../tests/serve.js';
import { writeFiles } from '../../../tests/zarr/write-files.js';
import { buildZarr } from '../../../tests/zarr/zarr-builder.mjs';
import { buildZip } from '../../../tests/zarr/zip-builder.mjs';
import { openSlide } from '../../open-slide.node.js';
import { readSlideTable } from '../../table/slide-table.node.js';

const picture = samplePicture(400, 300);
const whole = { x: 0, y: 0, width: 400, height: 300, downsample: 1 };
const options = { levels: [picture], compressor: 'none', chunk: { x: 64, y: 64 } } as const;
const shards = { ...options, version: 3, shards: { c: 3, x: 8, y: 8 } } as const;
let folder = '';
let server: Served;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-zarr-'));
  await writeFiles(
    join(folder, 'a.ome.zarr'),
    buildZarr({ ...options, isMissing: (_, place) => place[2] === 3, fill: 9 }),
  );
  await writeFiles(join(folder, 'b.zarr'), buildZarr(shards));
  await writeFile(join(folder, 'c.ozx'), buildZip(buildZarr(shards)));
  server = await serve(folder);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

describe('OME-Zarr on a server', () => {
  it.each(['a.ome.zarr', 'b.zarr', 'c.ozx'])('gives the pixels that it has on the disk: %s', async (name) => {
    const [remote, local] = [await openSlide(`${server.address}/${name}`), await openSlide(join(folder, name))];
    expect(remote.info).toEqual(local.info);
    const regions = [whole, { x: 30, y: 99, width: 250, height: 40, downsample: 2.5 }];
    for (const region of regions) expect(await remote.readRegion(region)).toEqual(await local.readRegion(region));
    if (name !== 'a.ome.zarr') expect((await remote.readRegion(whole)).data).toEqual(picture.data);
    await Promise.all([remote.close(), local.close()]);
  });

  it('opens a shard once, however many chunks of it are read', async () => {
    const slide = await openSlide(`${server.address}/b.zarr`);
    const before = server.asked.length;
    await slide.readRegion(whole);
    await slide.close();
    // One shard of 360,000 bytes: its start, its index, and what lies between.
    expect(server.asked.length - before).toBeLessThan(9);
  });

  it('is one slide in the place of a table, and says what is not there', async () => {
    const [row] = await readSlideTable(`${server.address}/b.zarr`);
    expect(row).toMatchObject({ id: 'b', image: `${server.address}/b.zarr` });
    await expect(openSlide(`${server.address}/none.zarr`)).rejects.toThrow('there are no metadata of Zarr in it');
  });
});
