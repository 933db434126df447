/** The folders of examples/ do what they say: the one for Node is run, the page is built by Vite and used in Chromium, and both find the same objects. */
import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadModel, predictSlide } from '@ftuseg/infer';
import { createModel, exportOnnx, initialState } from '@ftuseg/nn';
import { openSlide } from '@ftuseg/slide';
import { writeSyntheticSlides } from '@ftuseg/synth';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Chromium, findChromium } from './chromium.js';
import { randomModelCard } from './random-model.js';
import { serveFolder } from './serve-folder.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const binary = findChromium();
/** Browsers start slowly on shared machines. */
const patience = 300_000;

const collection = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.object({
      id: z.string(),
      properties: z.object({
        classification: z.object({ name: z.string() }),
        measurements: z.record(z.string(), z.number()),
      }),
    }),
  ),
});
type Collection = z.output<typeof collection>;

/** A network with random weights; its threshold is the median of what it gives, so that there are objects. */
async function writeModel(path: string, slidePath: string): Promise<void> {
  const network = createModel({ decoder: 'linknet', encoder: 'tu-test_efficientnet', classes: 1 });
  const write = (threshold: number): Promise<void> =>
    writeFile(path, exportOnnx(network, initialState(network, 1), { ...randomModelCard, threshold }));
  await write(0.5);
  const [model, slide] = [await loadModel(path, { threads: 1 }), await openSlide(slidePath)];
  const { probability } = await predictSlide(slide, [model]);
  await Promise.all([model.close(), slide.close()]);
  await write([...probability.data].sort((a, b) => a - b)[probability.data.length >> 1] ?? 0.5);
}

let folder: string;
let slidePath: string;
let modelPath: string;
beforeAll(async () => {
  // Inside the repository, so that imports find the packages as an installation would.
  folder = await mkdtemp(join(root, 'node_modules/.ftuseg-example-'));
  await cp(join(root, 'examples'), folder, { recursive: true });
  const out = join(folder, 'slides');
  await writeSyntheticSlides({ out, count: 1, width: 384, height: 256, micronsPerPixel: 4, seed: 7 });
  const image = (await readdir(join(out, 'images')))[0] ?? '';
  const png = join(out, 'images', image);
  slidePath = join(folder, 'slide.tif');
  modelPath = join(folder, 'model.onnx');
  const program = join(root, 'packages/cli/bin/ftu.js');
  await run('node', [program, 'convert', png, slidePath, '--microns-per-pixel', '4']);
  await writeModel(modelPath, slidePath);
}, patience);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What examples/node writes. */
async function inNode(): Promise<Collection> {
  const out = join(folder, 'objects.geojson');
  await run('node', [join(folder, 'node/main.mjs'), slidePath, modelPath, out]);
  return collection.parse(JSON.parse(await readFile(out, 'utf8')));
}

it(
  'examples/node finds objects',
  async () => {
    const { features } = await inNode();
    expect(features.length).toBeGreaterThan(0);
    expect(features[0]?.properties.classification.name).toBe('glomerulus');
  },
  patience,
);

/** Chooses the slide as a person does, and waits for the link. */
async function inPage(url: string): Promise<string> {
  const browser = await Chromium.launch(binary ?? '');
  try {
    await browser.open(url);
    const { root: page } = z
      .object({ root: z.object({ nodeId: z.int() }) })
      .parse(await browser.send('DOM.getDocument'));
    const found = await browser.send('DOM.querySelector', { nodeId: page.nodeId, selector: 'input' });
    const { nodeId } = z.object({ nodeId: z.int().positive() }).parse(found);
    await browser.send('DOM.setFileInputFiles', { nodeId, files: [slidePath] });
    const said = await browser.evaluate(`new Promise((resolve) => {
      const output = document.querySelector('output');
      const look = () => (/^(working)?$/.test(output.textContent) ? setTimeout(look, 100) : resolve(output.textContent));
      look();
    })`);
    expect(said).toBe('objects as GeoJSON');
    expect(await browser.evaluate(`document.querySelector('a').download`)).toBe('slide.tif.geojson');
    return String(await browser.evaluate(`fetch(document.querySelector('a').href).then((file) => file.text())`));
  } finally {
    await browser.close();
  }
}

const measuresOf = ({ features }: Collection): Record<string, number>[] =>
  features.map(({ properties }) => properties.measurements);

describe.skipIf(binary === undefined)('examples/page in Chromium (needs chromium on the PATH: make browser)', () => {
  it('is right by its types', () => run(join(root, 'node_modules/.bin/tsc'), ['-p', join(folder, 'page')]), patience);

  it(
    'finds the objects that Node finds',
    async () => {
      const page = join(folder, 'page');
      await mkdir(join(page, 'public'));
      await copyFile(modelPath, join(page, 'public/model.onnx'));
      await build({ root: page, configFile: false, logLevel: 'error' });
      const served = await serveFolder(join(page, 'dist'));
      const there = collection.parse(JSON.parse(await inPage(served.url).finally(served.close)));
      const here = await inNode();
      expect(there.features.map(({ properties }) => properties.classification.name)).toEqual(
        here.features.map(({ properties }) => properties.classification.name),
      );
      // The two runtimes round differently: a pixel at the threshold may fall on either side.
      for (const [i, measures] of measuresOf(here).entries()) {
        for (const [name, value] of Object.entries(measures)) {
          const difference = Math.abs((measuresOf(there)[i]?.[name] ?? Number.NaN) - value);
          expect(difference, `${name} of object ${i}`).toBeLessThanOrEqual(0.01 * Math.max(1, value));
        }
      }
    },
    patience,
  );
});
