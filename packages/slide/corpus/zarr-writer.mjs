/**
 * Holds what writeZarr writes against zarrita, pixel for pixel at every level, with labels, and its metadata against the JSON schemas of OME-NGFF. Neither
 * is a dependency: the folder of the first argument has them (`npm install zarrita ajv`), and that of the second the schemas (`0.4/schemas/image.schema`,
 * ... of the repository ome/ngff).
 *
 *     node packages/slide/corpus/zarr-writer.mjs PEERS SCHEMAS [SLIDE]
 */

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { openSlide, writeZarr } from '../dist/index.js';
import { halve } from '../dist/pyramid/halve.js';

const [peers, schemas, given] = process.argv.slice(2);
const source = given ?? fileURLToPath(new URL('../tests/fixtures/rgb-le-big-tiles.tif', import.meta.url));
const require = createRequire(join(resolve(peers), 'x.js'));
// It has no entry for `require`.
const zarr = await import(pathToFileURL(join(resolve(peers), 'node_modules/zarrita/dist/src/index.js')).href);
const Ajv = require('ajv/dist/2020.js').default;

async function schemaOf(version, name) {
  const ajv = new Ajv({ strict: false });
  const folder = join(schemas, version, 'schemas');
  for (const file of await readdir(folder)) {
    const schema = JSON.parse(await readFile(join(folder, file), 'utf8'));
    if (file !== name && !file.startsWith('strict')) ajv.addSchema(schema);
  }
  return ajv.compile(JSON.parse(await readFile(join(folder, name), 'utf8')));
}

/** Files of a folder, as zarrita asks for them. */
const storeOf = (folder) => ({
  get: async (key) => {
    const data = await readFile(join(folder, key)).catch(() => undefined);
    return data === undefined ? undefined : new Uint8Array(data);
  },
  getRange: async (key, range) => {
    const data = await readFile(join(folder, key)).catch(() => undefined);
    if (data === undefined) return undefined;
    const bytes = new Uint8Array(data);
    if ('suffixLength' in range) return bytes.slice(bytes.length - range.suffixLength);
    return bytes.slice(range.offset, range.offset + range.length);
  },
});

const slide = await openSlide(source);
const { width, height } = slide;
const full = await slide.readRegion({ x: 0, y: 0, width, height, downsample: 1 });
const drawn = {
  width,
  height,
  channels: 1,
  data: Uint8Array.from({ length: width * height }, (_, i) =>
    (i % width) * 5 < width * 2 ? 1 + (Math.floor(i / width) % 2) : 0,
  ),
};
const labels = {
  name: 'classes',
  classes: [1, 2].map((value) => ({ value, name: `class ${value}` })),
  read: async (top, rows) => ({ ...drawn, height: rows, data: drawn.data.slice(top * width, (top + rows) * width) }),
};
const folder = await mkdtemp(join(tmpdir(), 'ftuseg-zarr-writer-'));
let wrong = 0;
const say = (text) => {
  wrong++;
  console.log(text);
};
try {
  for (const [version, sharded] of [
    ['0.4', false],
    ['0.5', false],
    ['0.5', true],
  ]) {
    const name = `${version}${sharded ? ', shards' : ''}`;
    const out = join(folder, `${version}-${sharded}.ome.zarr`);
    const options = { version, sharded, container: 'folder', tileSize: 32, micronsPerPixel: 0.5, name: 'scan', labels };
    const { levels } = await writeZarr(out, slide, options);
    const open = version === '0.4' ? zarr.open.v2 : zarr.open.v3;
    const root = zarr.root(storeOf(out));
    for (const [path, picture, how] of [
      ['', full, 'mean'],
      ['labels/classes/', drawn, 'first'],
    ]) {
      let wanted = picture;
      for (const number of levels.keys()) {
        if (number > 0) wanted = halve(wanted, how);
        const array = await open(root.resolve(`${path}${number}`), { kind: 'array' });
        const { data, shape } = await zarr.get(array);
        const { channels } = wanted;
        const size = wanted.width * wanted.height;
        const planar = Uint8Array.from(
          { length: size * channels },
          (_, i) => wanted.data[(i % size) * channels + Math.floor(i / size)],
        );
        if (Buffer.compare(planar, data) !== 0 || shape.length !== 5) say(`${name}: ${path}${number} differs`);
      }
    }
    const attributes = async (path) => {
      const text = await readFile(join(out, path, version === '0.4' ? '.zattrs' : 'zarr.json'), 'utf8');
      return version === '0.4' ? JSON.parse(text) : JSON.parse(text).attributes;
    };
    for (const [path, schema] of [
      ['', 'image.schema'],
      ['labels/classes', 'image.schema'],
      ['labels/classes', 'label.schema'],
    ]) {
      const check = await schemaOf(version, schema);
      if (!check(await attributes(path)))
        say(`${name}: ${path || 'the picture'} against ${schema}: ${JSON.stringify(check.errors)}`);
    }
    console.log(`OME-Zarr ${name}: ${levels.length} levels of the picture and of labels read by zarrita`);
  }
} finally {
  await slide.close();
  await rm(folder, { recursive: true });
}
process.exit(wrong === 0 ? 0 : 1);
