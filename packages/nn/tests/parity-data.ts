/**
 * The yardstick of ../shared/data/model-parity: state-dict names, logits, and the formula that rebuilds its weights.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decodeNpy } from '@ftuseg/core';
import { createModel, type Model } from '../src/model.js';
import { elementCount, type StateDict } from '../src/state/state.js';

const sharedFolder = fileURLToPath(new URL('../../../../shared/', import.meta.url));
const folder = `${sharedFolder}data/model-parity/`;
export const liteFolder = `${sharedFolder}weights/efficientnet-lite0/`;

/** The shared inputs are not part of the project: tests that need them are skipped where they are absent. */
export const haveParityData = existsSync(folder);
export const haveLiteWeights = existsSync(liteFolder);
export const secondFolder = `${sharedFolder}weights/efficientnetv2-b0/`;
export const haveSecondWeights = existsSync(secondFolder);

export interface ParityCase {
  readonly decoder: string;
  readonly encoder: string;
  readonly height: number;
  readonly width: number;
  readonly attention?: 'scse';
}

const b0 = { encoder: 'timm-efficientnet-b0', height: 64, width: 96 } as const;
const b4 = { encoder: 'timm-efficientnet-b4', height: 64, width: 96 } as const;

export const parityCases: readonly ParityCase[] = [
  ...['unet', 'fpn', 'linknet'].flatMap((decoder) => [
    { decoder, ...b0 },
    { decoder, ...b4 },
  ]),
  { decoder: 'unet', ...b0, width: 64, attention: 'scse' },
  { decoder: 'unet', encoder: 'timm-tf_efficientnet_lite0', height: 64, width: 64 },
  { decoder: 'unet', encoder: 'tu-tf_efficientnet_b0', height: 64, width: 64 },
];

export function parityModel({ decoder, encoder, attention }: ParityCase): Model {
  return createModel({ decoder, encoder, attention, classes: 1 });
}

function stem({ decoder, encoder, height, width, attention }: ParityCase): string {
  const options = attention === undefined ? '' : `_decoder_attention_type-${attention}`;
  return `${folder}${decoder}_${encoder}_${height}x${width}${options}`;
}

/** The reference's names and shapes, in its order; it lists no batch counters. */
export function referenceKeys(parity: ParityCase): readonly (readonly [string, unknown])[] {
  return Object.entries(JSON.parse(readFileSync(`${stem(parity)}.keys.json`, 'utf8')));
}

export function referenceLogits(parity: ParityCase): Float32Array {
  const { data } = decodeNpy(readFileSync(`${stem(parity)}.logits.npy`));
  if (!(data instanceof Float32Array)) throw new TypeError('the reference logits are float32');
  return data;
}

/** FNV-1a over the name, then murmur3's finaliser per element: uniform in [-1, 1), as the data's README gives it. */
export function hashUniform(name: string, length: number): Float64Array {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  const values = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    let x = Math.imul(i, 2654435761) ^ seed;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    x = (x ^ (x >>> 16)) >>> 0;
    values[i] = x / 2 ** 31 - 1;
  }
  return values;
}

export function referenceInput({ height, width }: ParityCase): Float32Array {
  return Float32Array.from(hashUniform('input', 3 * height * width));
}

/** The formula's value for u in [-1, 1), by the entry's name and shape. */
function formulaFor(name: string, shape: readonly number[]): (u: number) => number {
  if (name.endsWith('running_mean')) return (u) => 0.1 * u;
  if (name.endsWith('running_var')) return (u) => 1 + 0.5 * Math.abs(u);
  if (shape.length === 1) return name.endsWith('weight') ? (u) => 1 + 0.1 * u : (u) => 0.1 * u;
  const scale = 1.4 * Math.sqrt(3 / (elementCount(shape) / (shape[0] ?? 1)));
  return (u) => scale * u;
}

export function referenceState(model: Pick<Model, 'parameters'>): StateDict {
  const state: StateDict = new Map();
  for (const { name, shape, dtype } of model.parameters) {
    if (dtype === 'int64') {
      state.set(name, { dtype, shape, data: new BigInt64Array(1) });
      continue;
    }
    const value = formulaFor(name, shape);
    const uniform = hashUniform(name, elementCount(shape));
    const data = new Float32Array(uniform.length);
    for (let i = 0; i < data.length; i++) data[i] = value(uniform[i] as number);
    state.set(name, { dtype, shape, data });
  }
  return state;
}

export function maxAbsDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new RangeError(`${actual.length} values against ${expected.length}`);
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] ?? Number.NaN) - (expected[i] ?? Number.NaN));
    if (!(difference <= worst)) worst = difference;
  }
  return worst;
}
