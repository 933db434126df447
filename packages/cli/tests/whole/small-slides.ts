/** Three small slides, an untrained network's weights and its model file: what tests of whole commands begin with. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModel, initialState, writeSafetensors } from '@ftuseg/nn';
import { expect } from 'vitest';
import { ftu } from '../run.js';

export interface SmallSlides {
  readonly folder: string;
  /** A path in the folder. */
  at(name: string): string;
  remove(): Promise<void>;
}

/** The network's flags. */
export const network = ['--decoder', 'linknet', '--encoder', 'tu-test_efficientnet'];

/** `slides/` with its table, and `network.safetensors`. */
export async function makeSmallSlides(): Promise<SmallSlides> {
  const folder = await mkdtemp(join(tmpdir(), 'ftu-whole-'));
  const at = (name: string): string => join(folder, name);
  const size = ['--count', '3', '--width', '256', '--height', '192', '--microns-per-pixel', '4', '--seed', '3'];
  const made = await ftu('synth', '--quiet', '--out', at('slides'), ...size);
  expect(made.stderr).toBe('');
  expect(made.code).toBe(0);
  const spec = { decoder: 'linknet', encoder: 'tu-test_efficientnet', classes: 1 } as const;
  await writeFile(at('network.safetensors'), writeSafetensors(initialState(createModel(spec), 1)));
  return { folder, at, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** `network.onnx` beside the weights. */
export async function exportNetwork({ at }: SmallSlides): Promise<void> {
  const scale = ['--tile-size', '128', '--microns-per-pixel', '4'];
  const done = await ftu(
    'export',
    '--quiet',
    ...network,
    '--weights',
    at('network.safetensors'),
    ...scale,
    at('network.onnx'),
  );
  expect(done.stderr).toBe('');
  expect(done.code).toBe(0);
}

/** Every file under a folder that was left half-written. */
export async function leftovers(path: string): Promise<string[]> {
  const names = await readdir(path, { recursive: true });
  return names.filter((name) => name.endsWith('.tmp'));
}
