/** A model file made of weights, and what is refused. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createModel, initialState, readModelCard, writeSafetensors } from '@ftuseg/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ftu } from '../run.js';
import { exportNetwork, leftovers, makeSmallSlides, network, type SmallSlides } from './small-slides.js';

let small: SmallSlides;
const at = (name: string): string => small.at(name);

beforeAll(async () => {
  small = await makeSmallSlides();
  await exportNetwork(small);
  // Refused as a checkpoint.
  await mkdir(at('slides/images'), { recursive: true });
  await writeFile(at('slides/images/cut.png'), Buffer.from('89504e470d0a1a0a', 'hex'));
}, 120_000);

afterAll(() => small.remove());

describe('ftu export', () => {
  it('puts all that prediction needs into one file', async () => {
    const card = readModelCard(await readFile(at('network.onnx')), 'network.onnx');
    expect(card).toMatchObject({
      encoder: 'tu-test_efficientnet',
      classes: ['glomerulus'],
      tileSize: 128,
      micronsPerPixel: 4,
      threshold: 0.5,
    });
  });

  it('keeps what a checkpoint remembers of its training slides, unless they are to be seen at another scale', async () => {
    const card = readModelCard(await readFile(at('network.onnx')), 'network.onnx');
    const objectSizes = { count: 9, diameters: [150, 180, 210] };
    const metadata = { card: JSON.stringify({ ...card, objectSizes }) };
    const own = createModel({ decoder: card.decoder, encoder: card.encoder, classes: 1 });
    await writeFile(at('own.safetensors'), writeSafetensors(initialState(own, 1), metadata));
    for (const [given, expected] of [
      [[], objectSizes],
      [['--microns-per-pixel', '2'], undefined],
    ] as const) {
      const done = await ftu('export', '--weights', at('own.safetensors'), ...given, at('own.onnx'));
      expect(done.stderr).toBe('');
      expect(readModelCard(await readFile(at('own.onnx')), 'own.onnx').objectSizes).toEqual(expected);
    }
  }, 60_000);

  it('refuses a checkpoint whose card it cannot read, rather than to write another one', async () => {
    const card = readModelCard(await readFile(at('network.onnx')), 'network.onnx');
    const own = createModel({ decoder: card.decoder, encoder: card.encoder, classes: 1 });
    for (const [wrong, says] of [
      [{ ...card, name: '' }, /own\.safetensors: the ftuseg model card is invalid at "name"/],
      [{ ...card, format: 2 }, /the ftuseg model card has format 2, this version reads 1; update ftuseg/],
      [{ ...card, mean: [123.7, 116.3, 103.5] }, /at "mean\.0": colours are from 0 to 1: divide/],
    ] as const) {
      await writeFile(at('own.safetensors'), writeSafetensors(initialState(own, 1), { card: JSON.stringify(wrong) }));
      const done = await ftu('export', '--weights', at('own.safetensors'), ...network, at('never.onnx'));
      expect([done.code, done.stderr]).toEqual([1, expect.stringMatching(says)]);
      expect(existsSync(at('never.onnx'))).toBe(false);
    }
  });

  it('keeps a calibration, unless pixels are read in another way', async () => {
    const card = readModelCard(await readFile(at('network.onnx')), 'network.onnx');
    const pixels = { count: 100, error: { before: 0.2, after: 0.1 } };
    const calibration = { version: 1, temperature: 1.5, pixels, objects: null, slides: 3, groups: 3 };
    const own = createModel({ decoder: card.decoder, encoder: card.encoder, classes: 1 });
    const metadata = { card: JSON.stringify({ ...card, calibration }) };
    await writeFile(at('own.safetensors'), writeSafetensors(initialState(own, 1), metadata));
    for (const [given, expected] of [
      [[], expect.objectContaining({ temperature: 1.5 })],
      [['--threshold', '0.4'], undefined],
    ] as const) {
      const done = await ftu('export', '--weights', at('own.safetensors'), ...given, at('own.onnx'));
      expect(done.stderr).toBe('');
      expect(readModelCard(await readFile(at('own.onnx')), 'own.onnx').calibration).toEqual(expected);
    }
  }, 60_000);

  it('takes the starter model by its name, with its licence', async () => {
    const done = await ftu('export', '--weights', 'starter', at('starter.onnx'));
    expect([done.code, done.stderr]).toEqual([0, '']);
    const card = readModelCard(await readFile(at('starter.onnx')), 'starter.onnx');
    expect(card).toMatchObject({ name: 'starter', micronsPerPixel: 2, training: { licence: 'CC BY 4.0' } });
  }, 60_000);

  it('exports a network in the Keras layout, and says so in its card', async () => {
    const spec = { decoder: 'linknet', encoder: 'tu-tf_efficientnet_b0', layout: 'keras', classes: 1 } as const;
    await writeFile(at('keras.safetensors'), writeSafetensors(initialState(createModel(spec), 1)));
    const network = ['--decoder', spec.decoder, '--encoder', spec.encoder, '--weights', at('keras.safetensors')];
    const done = await ftu('export', ...network, '--layout', 'keras', '--downsample', '4', at('keras.onnx'));
    expect(done.stderr).toBe('');
    const card = readModelCard(await readFile(at('keras.onnx')), 'keras.onnx');
    expect(card.options).toEqual({ layout: 'keras' });
    const without = await ftu('export', ...network, at('never.onnx'));
    expect(without.stderr).toMatch(/looks like encoder tu-tf_efficientnet_b0 in the layout keras: ask for that one/);
  }, 60_000);

  it.each([
    {
      name: 'another architecture',
      args: ['--decoder', 'unet', '--encoder', 'timm-efficientnet-b2', '--weights', 'network.safetensors'],
      says: /network\.safetensors.*test_efficientnet/,
    },
    {
      name: 'a layout that the encoder does not have',
      args: [...network, '--layout', 'keras', '--weights', 'network.safetensors'],
      says: /the layout keras has no encoder "tu-test_efficientnet"; use tu-tf_efficientnet_b0/,
    },
    {
      name: 'a misspelt encoder',
      args: ['--decoder', 'unet', '--encoder', 'timm-eficientnet-b0', '--weights', 'network.safetensors'],
      says: /timm-efficientnet-b0/,
    },
    {
      name: 'a checkpoint that says nothing of itself',
      args: ['--weights', 'network.safetensors'],
      says: /--decoder and --encoder/,
    },
    {
      name: 'a checkpoint that is a picture',
      args: [...network, '--weights', 'slides/images/cut.png'],
      says: /cut\.png/,
    },
    {
      name: 'a checkpoint that is not there',
      args: [...network, '--weights', 'gone.safetensors'],
      says: /gone\.safetensors/,
    },
    {
      name: 'a checkpoint of unknown scale',
      args: [...network, '--weights', 'network.safetensors'],
      says: /at what scale the network was trained; give --microns-per-pixel, or --downsample/,
    },
    {
      name: 'averages of colours from 0 to 255',
      args: [...network, '--weights', 'network.safetensors', '--mean', '123.7,116.3,103.5'],
      says: /--mean: colours are from 0 to 1: divide numbers for 0 to 255 by 255/,
    },
    {
      name: 'a deviation of 0',
      args: [...network, '--weights', 'network.safetensors', '--std', '0,1,1'],
      says: /--std: /,
    },
    {
      name: 'a class that is named twice',
      args: [...network, '--weights', 'network.safetensors', '--classes', 'a, a'],
      says: /--classes: names "a" twice/,
    },
  ])('export refuses $name', async ({ args, says }) => {
    const paths = args.map((arg, i) => (args[i - 1] === '--weights' ? at(arg) : arg));
    const done = await ftu('export', ...paths, at('never.onnx'));
    expect(done.stderr).toMatch(says);
    expect(done.stderr.trim().split('\n')).toHaveLength(1);
    expect(done.code).toBe(1);
    expect(existsSync(at('never.onnx'))).toBe(false);
    expect(await leftovers(at('.'))).toEqual([]);
  });
});
