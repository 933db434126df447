import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createModel, initialState, lite0NpzNormalisation, type StateDict, writeSafetensors } from '@ftuseg/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { long } from '../../../../tests/long.js';
import { startingState } from './start.js';

const network = createModel({ decoder: 'linknet', encoder: 'tu-test_efficientnet', classes: 1 });
const source = initialState(network, 77);
const stem = 'encoder.model.conv_stem.weight';
const head = 'segmentation_head.0.weight';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-start-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bytesOf = (state: StateDict, name: string): Buffer => {
  const { buffer, byteOffset, byteLength } = state.get(name)?.data ?? new Uint8Array();
  return Buffer.from(buffer, byteOffset, byteLength);
};

async function save(name: string, state: StateDict): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, writeSafetensors(state));
  return path;
}

const renamed = (rename: (name: string) => string): StateDict =>
  new Map([...source].filter(([name]) => name.startsWith('encoder.')).map(([name, entry]) => [rename(name), entry]));

describe('startingState', () => {
  it.each([
    ['a whole model', (name: string) => name],
    ["timm's names", (name: string) => name.replace('encoder.model.', '')],
    ["segmentation_models.pytorch's names", (name: string) => name.replace('encoder.model.', 'encoder.')],
  ])('takes the encoder of %s', async (title, rename) => {
    const state = title === 'a whole model' ? source : renamed(rename);
    const path = await save('weights.safetensors', state);
    const start = await startingState(network, 1, path);
    expect(start).toMatchObject({ folded: false, source: { path } });
    expect(start.state.get(stem)).toEqual(source.get(stem));
    expect(start.state.get(head)).toEqual(initialState(network, 1).get(head));
  });

  it('starts at random where that is said, from the seed', async () => {
    const { state, source: none } = await startingState(network, 77, 'none');
    expect(none).toBeUndefined();
    for (const name of [stem, head]) expect(state.get(name)).toEqual(source.get(name));
  });

  it('refuses weights that are no numbers, by name', async () => {
    const broken: StateDict = new Map(source);
    const entry = source.get(stem);
    if (entry?.dtype !== 'float32') throw new TypeError('weights are float32');
    broken.set(stem, { ...entry, data: entry.data.map((value, i) => (i === 5 ? Number.NaN : value)) });
    const path = await save('broken.safetensors', broken);
    await expect(startingState(network, 1, path)).rejects.toThrow(`${path}: the weight ${stem} holds NaN or infinity`);
  });

  it('names what a file of another encoder lacks', async () => {
    const b0 = createModel({ decoder: 'unet', encoder: 'timm-efficientnet-b0', classes: 1 });
    const lite0 = createModel({ decoder: 'linknet', encoder: 'tu-tf_efficientnet_lite0', classes: 1 });
    const path = await save('lite0.safetensors', initialState(lite0, 77));
    await expect(startingState(b0, 1, path)).rejects.toThrow(
      /not weights of encoder timm-efficientnet-b0 \(\d+ weights are missing: .*look like those of tu-tf_efficientnet_lite0/,
    );
    const lite1 = createModel({ decoder: 'unet', encoder: 'tu-tf_efficientnet_lite4', classes: 1 });
    await expect(startingState(lite1, 1, path)).rejects.toThrow(/not weights of encoder tu-tf_efficientnet_lite4/);
  });

  it("recognises timm's files of another encoder, with their ImageNet heads", async () => {
    const b0 = createModel({ decoder: 'unet', encoder: 'timm-efficientnet-b0', classes: 1 });
    const timm: StateDict = new Map(
      [...initialState(b0, 3)].flatMap(([name, entry]) =>
        name.startsWith('encoder.') ? [[name.slice('encoder.'.length), entry]] : [],
      ),
    );
    timm.set('classifier.weight', { dtype: 'float32', shape: [1], data: new Float32Array(1) });
    const path = await save('b0.safetensors', timm);
    await expect(startingState(network, 1, path)).rejects.toThrow(
      /they look like those of timm-efficientnet-b0 or tu-tf_efficientnet_b0$/,
    );
  });

  it('refuses other kinds of files', async () => {
    const path = join(folder, 'weights.pth');
    await writeFile(path, 'x');
    await expect(startingState(network, 1, path)).rejects.toThrow(/kind of weights file is not known/);
  });

  const npz = fileURLToPath(
    new URL('../../../../../shared/weights/efficientnet-lite0/effnet_lite0_imagenet_dequant_f32.npz', import.meta.url),
  );
  it.skipIf(!existsSync(npz))('takes the Lite0 npz and its normalisation (needs ../shared/weights)', async () => {
    const lite0 = createModel({ decoder: 'linknet', encoder: 'tu-tf_efficientnet_lite0', classes: 1 });
    const start = await startingState(lite0, 1, npz);
    expect(start).toMatchObject({ folded: true, normalisation: lite0NpzNormalisation });
    expect(start.state.get(stem)).not.toEqual(initialState(lite0, 1).get(stem));
  });
});

describe('startingState of residual encoders and runs', () => {
  it("takes torchvision's names, and says what it did not use", async () => {
    const model = createModel({ decoder: 'fpn', encoder: 'resnet18', classes: 1 });
    const encoder = [...initialState(model, 5)].filter(([name]) => name.startsWith('encoder.'));
    const state: StateDict = new Map(encoder.map(([name, entry]) => [name.replace('encoder.', ''), entry]));
    state.set('fc.weight', { dtype: 'float32', shape: [1], data: new Float32Array(1) });
    const path = await save('resnet18.safetensors', state);
    const start = await startingState(model, 1, path);
    expect(start.notes).toEqual([`not used of ${path}: fc.weight`]);
    const name = 'encoder.layer1.0.conv1.weight';
    expect(bytesOf(start.state, name).equals(bytesOf(new Map(encoder), name))).toBe(true);
  });

  it.runIf(long)("takes timm's names of a network that segmentation_models.pytorch takes apart", async () => {
    const model = createModel({ decoder: 'fpn', encoder: 'tu-convnext_tiny', classes: 1 });
    const fill = (shape: readonly number[], value: number): Float32Array =>
      new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(value);
    const own = model.parameters.filter(({ name }) => name.startsWith('encoder.'));
    const timm: StateDict = new Map(
      own.map(({ name, shape }, index) => [
        name.replace('encoder.model.', '').replace(/^(stem|stages)_/, '$1.'),
        { dtype: 'float32', shape, data: fill(shape, index) },
      ]),
    );
    expect([...timm.keys()]).toContain('stages.3.blocks.2.mlp.fc2.weight');
    timm.set('head.norm.weight', { dtype: 'float32', shape: [768], data: fill([768], 1) });
    const path = await save('convnext.safetensors', timm);
    const { state, notes } = await startingState(model, 1, path);
    expect(notes).toEqual([`not used of ${path}: head.norm.weight`]);
    expect(own.map(({ name }) => state.get(name)?.data[0])).toEqual(own.map((_, index) => index));
    await expect(startingState(network, 1, path)).rejects.toThrow(/they look like those of tu-convnext_tiny$/);
  });

  it('says what a file lacks that training does not need', async () => {
    const model = createModel({ decoder: 'unet', encoder: 'timm-efficientnet-b0', classes: 1 });
    const entries = [...initialState(model, 5)].filter(([name]) => /^encoder\.(?!conv_head|bn2)/.test(name));
    const path = await save('b0.safetensors', new Map(entries));
    const { notes } = await startingState(model, 1, path);
    expect(notes[0]).toMatch(/^not in .*, and not needed for training: encoder\.conv_head\.weight, encoder\.bn2/);
  });

  it("takes timm's weights with their head where the network runs it, and refuses them without", async () => {
    const model = createModel({ decoder: 'unet', encoder: 'tu-tf_efficientnet_b0', layout: 'keras', classes: 1 });
    const weights = initialState(model, 5);
    const timm = [...weights].flatMap(([name, entry]) =>
      name.startsWith('encoder.') ? [[name.replace('encoder.model.', ''), entry] as const] : [],
    );
    const classifier = { dtype: 'float32', shape: [1], data: new Float32Array(1) } as const;
    const whole = await save('timm.safetensors', new Map([...timm, ['classifier.bias', classifier]]));
    const { state, notes } = await startingState(model, 1, whole);
    expect(notes).toEqual([`not used of ${whole}: classifier.bias`]);
    const values = (from: StateDict): unknown => from.get('encoder.model.conv_head.weight')?.data.slice(0, 9);
    expect(values(state)).toEqual(values(weights));
    expect(values(state)).not.toEqual(values(initialState(model, 1)));
    const headless = await save(
      'headless.safetensors',
      new Map(timm.filter(([name]) => !/^(conv_head|bn2)/.test(name))),
    );
    await expect(startingState(model, 1, headless)).rejects.toThrow(
      /not weights of encoder tu-tf_efficientnet_b0 \(5 weights are missing: encoder\.model\.conv_head\.weight.*; the layout keras runs the ImageNet head: give weights that have it$/,
    );
  });

  it('names the hub where an id cannot be downloaded', async () => {
    const hub = { endpoint: 'http://127.0.0.1:1', cache: folder };
    await expect(startingState(network, 1, 'timm/nothing', hub)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('startingState from ImageNet', () => {
  const resnet = createModel({ decoder: 'linknet', encoder: 'resnet18', classes: 1 });
  const offline = (cache: string) => ({ endpoint: 'http://127.0.0.1:1', cache });
  const place = (cache: string): string => join(cache, 'weights', 'smp-hub--resnet18.imagenet', 'model.safetensors');
  const weights = initialState(resnet, 9);

  it('takes the file that somebody put into the cache, and says which it was', async () => {
    const cache = join(folder, 'by-hand');
    await mkdir(dirname(place(cache)), { recursive: true });
    const bytes = writeSafetensors(weights);
    await writeFile(place(cache), bytes);
    const start = await startingState(resnet, 1, 'imagenet', offline(cache));
    expect(start.source).toEqual({
      path: 'imagenet',
      id: 'smp-hub/resnet18.imagenet',
      revision: '3f2325ff978283d47aa6a1d6878ca20565622683',
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    const initial = initialState(resnet, 1);
    for (const { name, dtype } of resnet.parameters) {
      if (dtype !== 'float32') continue;
      const expected = name.startsWith('encoder.') ? weights : initial;
      expect(bytesOf(start.state, name).equals(bytesOf(expected, name)), name).toBe(true);
    }
    expect([...start.state.keys()]).toEqual([...initial.keys()]);
  });

  it('says in one sentence which file to bring, where to put it, and how to go on without', async () => {
    const cache = join(folder, 'empty');
    const error = await startingState(resnet, 1, 'imagenet', offline(cache)).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'unavailable' });
    const { message } = error as Error;
    expect(message).toContain('no ImageNet weights of encoder resnet18');
    expect(message).toContain(
      'bring http://127.0.0.1:1/smp-hub/resnet18.imagenet/resolve/3f2325ff978283d47aa6a1d6878ca20565622683/model.safetensors',
    );
    expect(message).toContain(`to ${place(cache)}, or say \`--encoder-weights none\``);
    expect(message).not.toMatch(/\. |\n/);
  });

  it.each([
    ['another encoder', writeSafetensors(source), /look like those of tu-test_efficientnet, or delete the file/],
    [
      'no weights at all',
      Buffer.from('<html>sign in to this network</html>'),
      /or delete the file, so that http.*in its place/,
    ],
  ])('refuses a file in the cache that is %s, by its path', async (name, bytes, message) => {
    const cache = join(folder, name);
    await mkdir(dirname(place(cache)), { recursive: true });
    await writeFile(place(cache), bytes);
    const error = await startingState(resnet, 1, 'imagenet', offline(cache)).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ subject: place(cache) });
    expect((error as Error).message).toMatch(message);
  });
});
