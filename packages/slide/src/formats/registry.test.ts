/** A new format is one folder and one line, a new codec one file and one line: both are added here to a copy of the package. */
import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { buildTiff } from '../../tests/hostile/tiff-builder.mjs';
import * as registry from './registry.js';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

it('has every folder of a format, and a test of each', async () => {
  const folders = (await readdir(at('.'), { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const formats: string[] = [];
  for (const { name } of folders) {
    const files = await readdir(join(at('.'), name));
    if (!files.includes('format.ts')) continue;
    formats.push(name);
    expect(files).toContain('format.test.ts');
  }
  expect(formats.sort()).toEqual(Object.keys(registry).sort());
});

const tinyFormat = `
import { guardSlide } from '../guard-slide.js';
export const tiny = {
  name: 'tiny', endings: ['tiny'], reads: 'ranges',
  probe: ({ head }) => String.fromCharCode(...head.subarray(0, 4)) === 'tiny',
  open: async (source) => {
    const level = { width: 2, height: 1, downsample: 1 };
    const data = await source.read(4, 6);
    return guardSlide({
      width: 2, height: 1, micronsPerPixel: undefined, levels: [level],
      info: { format: 'tiny', levels: [], micronsPerPixelFrom: undefined, pixels: 'RGB', associated: [] },
      readRegion: async () => ({ width: 2, height: 1, channels: 3, data }),
      readRows: async () => ({ width: 2, height: 1, channels: 3, data }),
      close: () => source.close(),
    }, source.name);
  },
};`;

const tinyCodec = `
export const inverted = {
  name: 'inverted', codes: [65001], lossless: true, decode: ({ data }) => data.map((value) => 255 - value),
};`;

const program = `
import { openSlide, readSlideTable } from './dist/index.js';
const read = async (path) => {
  const slide = await openSlide(path);
  const { width, height } = slide;
  const { data } = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
  await slide.close();
  return [...data];
};
const ids = (await readSlideTable('pictures')).map(({ id }) => id);
console.log(JSON.stringify({ tiny: await read('pictures/a.tiny'), tiff: await read('pictures/b.tif'), ids }));`;

it('takes a further format and a further codec by one line each', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-registry-'));
  try {
    await cp(at('../../dist'), join(folder, 'dist'), { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"type": "module"}');
    await symlink(at('../../../../node_modules'), join(folder, 'node_modules'));
    await mkdir(join(folder, 'dist/formats/tiny'));
    await writeFile(join(folder, 'dist/formats/tiny/format.js'), tinyFormat);
    await appendFile(join(folder, 'dist/formats/registry.js'), "\nexport { tiny } from './tiny/format.js';\n");
    await writeFile(join(folder, 'dist/codecs/inverted.js'), tinyCodec);
    await appendFile(join(folder, 'dist/codecs/registry.js'), "\nexport { inverted } from './inverted.js';\n");
    await mkdir(join(folder, 'pictures'));
    await writeFile(join(folder, 'pictures/a.tiny'), Uint8Array.of(...Buffer.from('tiny'), 1, 2, 3, 4, 5, 6));
    const tags = [
      { tag: 256, type: 4, values: [1] },
      { tag: 257, type: 4, values: [1] },
      { tag: 258, type: 3, values: [8, 8, 8] },
      { tag: 259, type: 3, values: [65001] },
      { tag: 262, type: 3, values: [2] },
      { tag: 273, type: 4, values: 'blocks' as const },
      { tag: 277, type: 3, values: [3] },
      { tag: 278, type: 4, values: [1] },
      { tag: 279, type: 4, values: [3] },
    ];
    await writeFile(join(folder, 'pictures/b.tif'), buildTiff({ tags, blocks: [Uint8Array.of(255, 250, 0)] }));
    await writeFile(join(folder, 'read.mjs'), program);
    const { stdout } = await promisify(execFile)(process.execPath, ['read.mjs'], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({ tiny: [1, 2, 3, 4, 5, 6], tiff: [0, 5, 255], ids: ['a', 'b'] });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
