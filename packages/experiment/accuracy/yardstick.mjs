/** Runs the yardstick, and makes a model file of ours from its weights after checking that both compute the same. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeNpy } from '@ftuseg/core';
import { createModel, exportOnnx, modelCardFormat, readSafetensors } from '@ftuseg/nn';
import { noGrad, scope, tensor } from '@ftuseg/torch';
import { uploaded } from './network.mjs';

const SCRIPT = fileURLToPath(new URL('yardstick.py', import.meta.url));

/** Largest difference of logits between PyTorch and the same weights here, as a share of the largest. */
const TOLERANCE = 1e-3;

/** The answer of a Python program that prints JSON; its errors go to the terminal. */
function python(args) {
  return new Promise((resolve, reject) => {
    const child = spawn('/usr/bin/python3', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let answer = '';
    child.stdout.on('data', (text) => (answer += text));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(answer)) : reject(new Error(`${args[0]}: ${code}`))));
  });
}

/** @returns the seconds that the loop took */
export async function trainYardstick(
  run,
  { data, column, heldOut, seed, weights, windows, threads, tile, micronsPerPixel },
) {
  await mkdir(run, { recursive: true });
  const numbers = ['--seed', seed, '--windows', windows, '--threads', threads, '--side', tile].map(String);
  const paths = ['--data', data, '--column', column, '--held-out', heldOut, '--out', run, '--weights', weights.main];
  const { seconds } = await python([SCRIPT, ...paths, ...numbers]);
  const { state } = readSafetensors(await readFile(join(run, 'weights.safetensors')));
  const model = createModel({ decoder: 'unet', encoder: 'tu-tf_efficientnetv2_b0', classes: 1 });
  const [input, logits] = await Promise.all(
    ['check-input.npy', 'check-logits.npy'].map(async (name) => decodeNpy(await readFile(join(run, name)))),
  );
  scope(() => {
    const { ops } = uploaded(state, false);
    const ours = noGrad(() => model.forward(ops, tensor(input.data, input.shape))).toArray();
    const largest = logits.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const apart = logits.data.reduce((most, value, i) => Math.max(most, Math.abs(value - ours[i])), 0);
    if (!(apart <= TOLERANCE * largest)) throw new Error(`the yardstick's logits differ by ${apart} of ${largest}`);
  });
  const { mean, std } = model.encoder.normalisation;
  const card = {
    format: modelCardFormat,
    name: 'plain PyTorch loop',
    decoder: 'unet',
    encoder: 'tu-tf_efficientnetv2_b0',
    classes: ['glomerulus'],
    tileSize: tile,
    micronsPerPixel,
    mean: [...mean],
    std: [...std],
    threshold: 0.5,
    training: { seed, windows },
  };
  await writeFile(join(run, 'model.onnx'), exportOnnx(model, state, card));
  return { seconds };
}
