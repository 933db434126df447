import { describe, expect, it } from 'vitest';
import { cardFor } from '../../tests/fixtures.js';
import { maxAbsDifference } from '../../tests/parity-data.js';
import { runOnnx } from '../../tests/run-onnx.js';
import { createModel, type ModelSpec } from '../model.js';
import { initialState } from '../state/initial.js';
import type { StateDict } from '../state/state.js';
import { exportOnnx } from './export.js';
import { joinNetworks } from './join-networks.js';
import { optimizeForCpu } from './rewriting/optimize-for-cpu.js';

const encoder = 'tu-test_efficientnet';
const shape = [2, 3, 96, 64] as const;
const input = Float32Array.from({ length: 2 * 3 * 96 * 64 }, (_, i) => Math.sin(i * 0.37) + Math.cos(i / 97));

/** A network whose encoder has the weights of seed 1, and the rest those of another. */
function fileOf(spec: Partial<ModelSpec>, seed: number, encoderSeed = 1, precision: 'float32' | 'float16' = 'float32') {
  const model = createModel({ decoder: 'unet', encoder, classes: 1, ...spec });
  const [own, start] = [initialState(model, seed), initialState(model, encoderSeed)];
  const state: StateDict = new Map(
    [...own].map(([name, tensor]) => [name, name.startsWith('encoder.') ? (start.get(name) ?? tensor) : tensor]),
  );
  return exportOnnx(model, state, cardFor(model), { precision });
}
const weightsIn = (file: Uint8Array, text: string): number =>
  new TextDecoder('latin1').decode(file).split(text).length - 1;

describe('joinNetworks', () => {
  const files = [fileOf({}, 2), fileOf({ decoder: 'linknet', classes: 2 }, 3), fileOf({}, 4)];

  it.each([
    ['as it is', (file: Uint8Array) => file],
    ['in the form for processors', optimizeForCpu],
  ])('gives every network its own logits: %s', async (_, form) => {
    const [joined, ...others] = joinNetworks(files);
    expect(others).toEqual([]);
    expect(joined).toMatchObject({ members: [0, 1, 2], classes: [1, 2, 1] });
    const all = await runOnnx(form(joined?.file ?? new Uint8Array()), input, shape);
    expect(all.shape).toEqual([2, 4, 96, 64]);
    const area = 96 * 64;
    for (const [first, file] of [
      [0, files[0]],
      [1, files[1]],
      [3, files[2]],
    ] as const) {
      const alone = await runOnnx(form(file ?? new Uint8Array()), input, shape);
      const channels = alone.shape[1] ?? 0;
      const own = [0, 1].map((n) => all.data.slice((n * 4 + first) * area, (n * 4 + first + channels) * area));
      const scale = Math.max(...alone.data.map(Math.abs));
      expect(maxAbsDifference(Float32Array.from(own.flatMap((part) => [...part])), alone.data)).toBeLessThan(
        1e-6 * scale,
      );
    }
  });

  it('keeps the encoder once', () => {
    const [joined] = joinNetworks(files);
    expect(weightsIn(files[1] ?? new Uint8Array(), 'encoder.')).toBeGreaterThan(0);
    expect(weightsIn(joined?.file ?? new Uint8Array(), '0.encoder.')).toBeGreaterThan(0);
    expect(weightsIn(joined?.file ?? new Uint8Array(), '1.encoder.')).toBe(0);
    expect(joined?.file.length).toBeLessThan(files.reduce((sum, file) => sum + file.length, 0));
  });

  it('leaves networks alone that share nothing, or that it cannot join', () => {
    const [own = new Uint8Array()] = files;
    const another = fileOf({}, 2, 5);
    const half = fileOf({}, 2, 1, 'float16');
    const gated = fileOf({ tileClassifier: true }, 2);
    expect(joinNetworks([own])).toEqual([]);
    expect(joinNetworks([own, another, gated, new Uint8Array(9)])).toEqual([]);
    expect(joinNetworks([own, half])).toEqual([]);
    expect(joinNetworks([another, own, gated, fileOf({}, 7)]).map(({ members }) => members)).toEqual([[1, 3]]);
  });
});
