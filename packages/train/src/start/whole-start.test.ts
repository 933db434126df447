/** Trainings that go on from a whole network: its decoder and head are as they were, so that the first step already answers what it answered. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STARTER_MODEL } from '@ftuseg/folders';
import { createModel, initialState, readSafetensors, type StateDict, writeSafetensors } from '@ftuseg/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unusedSettings } from '../config/unused.js';
import { startingState } from './start.js';

const spec = { decoder: 'linknet', encoder: 'tu-test_efficientnet', classes: 1 };
const model = createModel(spec);
const source = initialState(model, 77);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-whole-start-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function save(name: string, state: StateDict): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, writeSafetensors(state));
  return path;
}

function bytesOf(state: StateDict, name: string): Buffer {
  const { buffer, byteOffset, byteLength } = state.get(name)?.data ?? new Uint8Array();
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** A card that is whole; of which network it is does not matter here. */
function starterCard(): object {
  const { metadata } = readSafetensors(readFileSync(STARTER_MODEL), STARTER_MODEL);
  return JSON.parse(metadata.card ?? '{}');
}

describe('startingState of a whole network', () => {
  it('takes every weight', async () => {
    const path = await save('whole.safetensors', source);
    const { state, notes, source: from } = await startingState(model, 1, path, { whole: true });
    const floats = model.parameters.filter(({ dtype }) => dtype === 'float32').map(({ name }) => name);
    expect(floats.filter((name) => !name.startsWith('encoder.')).length).toBeGreaterThan(10);
    expect(floats.filter((name) => !bytesOf(state, name).equals(bytesOf(source, name)))).toEqual([]);
    expect(notes).toEqual([]);
    expect(from).toMatchObject({ path });
    // Without being asked, the encoder alone.
    const encoder = await startingState(model, 1, path);
    const head = floats.find((name) => name.startsWith('segmentation_head.') && name.endsWith('weight')) ?? '';
    expect(bytesOf(encoder.state, head).equals(bytesOf(source, head))).toBe(false);
  });

  it('takes the starter model', async () => {
    const starter = createModel({ decoder: 'unet', encoder: 'tu-tf_efficientnetv2_b0', classes: 1 });
    const { notes } = await startingState(starter, 1, STARTER_MODEL, { whole: true });
    expect(notes).toEqual([]);
  });

  it('refuses a network of another kind or of other classes, with what differs', async () => {
    const path = await save('whole.safetensors', source);
    const other = createModel({ ...spec, classes: 2 });
    await expect(startingState(other, 1, path, { whole: true })).rejects.toThrow(
      /not the weights of a linknet on tu-test_efficientnet with 2 classes \(segmentation_head\.0\.weight is 1 x .*start: encoder/,
    );
    const encoder = new Map([...source].filter(([name]) => name.startsWith('encoder.')));
    await expect(startingState(model, 1, await save('half.safetensors', encoder), { whole: true })).rejects.toThrow(
      /decoder\..* is missing/,
    );
    const broken = new Map(source);
    const [name = '', entry] = [...source].find(([key]) => key.startsWith('segmentation_head.')) ?? [];
    if (entry?.dtype !== 'float32') throw new TypeError('weights are float32');
    broken.set(name, { ...entry, data: entry.data.map(() => Number.NaN) });
    await expect(startingState(model, 1, await save('nan.safetensors', broken), { whole: true })).rejects.toThrow(
      `the weight ${name} holds NaN or infinity`,
    );
  });

  it('refuses a card of ours that is invalid, whose colours would be guessed, and takes weights with words of others', async () => {
    const begin = async (card: string) => {
      const path = join(folder, 'card.safetensors');
      await writeFile(path, writeSafetensors(source, { card }));
      return startingState(model, 1, path, { whole: true });
    };
    const invalid = JSON.stringify({ ...starterCard(), threshold: 1 });
    await expect(begin(invalid)).rejects.toThrow(/model card is invalid at "threshold"/);
    for (const card of ['a note', '"a note"', '{"author":"somebody"}'])
      await expect(begin(card)).resolves.toBeDefined();
  });

  it('refuses a network whose classes stand at other places, and takes one of other names', async () => {
    const two = createModel({ ...spec, classes: 2 });
    const card = JSON.stringify({ ...starterCard(), classes: ['normal', 'sclerotic'] });
    const path = join(folder, 'two.safetensors');
    await writeFile(path, writeSafetensors(initialState(two, 3), { card }));
    const begin = (classes: string[], whole = true) => startingState(two, 1, path, { whole, classes });
    await expect(begin(['sclerotic', 'normal'])).rejects.toThrow(
      /know the classes normal, sclerotic, and the data have sclerotic, normal; .*start: encoder/,
    );
    await expect(begin(['sclerotic', 'other'])).rejects.toThrow('know the classes normal, sclerotic');
    for (const classes of [
      ['normal', 'sclerotic'],
      ['healthy', 'scarred'],
    ]) {
      await expect(begin(classes)).resolves.toBeDefined();
    }
    await expect(begin(['sclerotic', 'normal'], false)).resolves.toBeDefined();
  });

  it.each(['imagenet', 'none', 'lite0.npz'])('is refused with %s, which has none', (encoderWeights) => {
    const settings = { data: '.', out: '.', encoderWeights, start: 'network' } as const;
    expect(unusedSettings(settings).map(({ setting }) => setting)).toEqual(['start']);
    expect(unusedSettings({ ...settings, encoderWeights: 'starter' })).toEqual([]);
  });
});
