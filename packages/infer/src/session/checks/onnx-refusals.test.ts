import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ForeignModel, foreignModel, map, picture } from '../../../tests/foreign-model.js';
import { loadModel } from '../../model/model.node.js';
import { failedBatch, runtimeReason, unloadable } from './onnx-refusals.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-foreign-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function load(model: ForeignModel) {
  const path = join(folder, 'model.onnx');
  await writeFile(path, foreignModel(model));
  return loadModel(path, { threads: 1 });
}

/** Whatever of ONNX Runtime's own words would show. */
const cpp = /\n|\.cc\b|\.h:|::|onnxruntime|std|\bStatus\b|\bNode \(|tensor\(|Optype/;

const one = (operator: string, domain?: string) => [
  { operator, inputs: ['x'], outputs: ['y'], ...(domain === undefined ? {} : { domain }) },
];

describe('models of other programs', () => {
  it('run, where they are what is needed', async () => {
    for (const model of [{}, { inputs: [{ name: 'x' }], outputs: [{ name: 'y' }] }]) {
      const loaded = await load(model);
      const answer = await loaded.session.run(new Float32Array(3 * 32 * 32).fill(2), [1, 3, 32, 32]);
      expect(answer.every((value) => value === 2)).toBe(true);
      await loaded.close();
    }
  });

  it.each<[string, ForeignModel, string | RegExp]>([
    [
      'weights elsewhere',
      { externalWeight: 'weights.bin', nodes: [{ operator: 'Add', inputs: ['x', 'w'], outputs: ['y'] }] },
      'the model keeps its weights in another file (weights.bin), and a model is read as one file; save it as one: onnx.save_model',
    ],
    [
      'an operator set of the future',
      { operatorSet: 99 },
      'the model is written in operator set 99, ONNX Runtime here has 26',
    ],
    ...['Sigmoid', 'Softmax', 'HardSigmoid'].map((operator): [string, ForeignModel, string] => [
      `${operator} at its end`,
      { nodes: one(operator) },
      `the network ends with ${operator}, and what it gives would be taken for logits`,
    ]),
    [
      'probabilities in another order and type',
      {
        nodes: [
          { operator: 'Sigmoid', inputs: ['x'], outputs: ['p'] },
          { operator: 'Identity', inputs: ['p'], outputs: ['q'] },
          { operator: 'Clip', inputs: ['q'], outputs: ['y'] },
        ],
      },
      'the network ends with Sigmoid',
    ],
    ['an IR version of the future', { irVersion: 99 }, 'the model has IR version 99, ONNX Runtime here reads 13'],
    [
      'an unknown operator',
      { nodes: one('Frobnicate') },
      'the model uses the operator Frobnicate, which ONNX Runtime does not have',
    ],
    ['an unknown domain', { nodes: one('Custom', 'com.acme') }, 'the model uses operators of com.acme'],
    [
      'two inputs',
      {
        nodes: [{ operator: 'Add', inputs: ['x', 'z'], outputs: ['y'] }],
        inputs: [picture, { ...picture, name: 'z' }],
      },
      'the model has 2 inputs (x, z) and 1 output (y), not one of each',
    ],
    [
      'two outputs',
      {
        nodes: [...one('Relu'), { operator: 'Abs', inputs: ['x'], outputs: ['q'] }],
        outputs: [map, { ...map, name: 'q' }],
      },
      'the model has 1 input (x) and 2 outputs (y, q)',
    ],
    [
      'mixed types',
      {
        nodes: [{ operator: 'Add', inputs: ['x', 'z'], outputs: ['y'] }],
        inputs: [picture, { name: 'z', type: 7, shape: ['n'] }],
      },
      'the types of its operators do not fit together',
    ],
    [
      'bytes',
      { nodes: one('Identity'), inputs: [{ ...picture, type: 2 }], outputs: [{ ...map, type: 2 }] },
      'the input takes uint8 numbers, not float32',
    ],
    [
      'half precision',
      { inputs: [{ ...picture, type: 10 }], outputs: [{ ...map, type: 10 }] },
      'the input takes float16 numbers, not float32',
    ],
    [
      'colours last',
      { inputs: [{ name: 'x', shape: ['n', 'h', 'w', 3] }], outputs: [{ name: 'y', shape: ['n', 'h', 'w', 3] }] },
      /colours last|channels/,
    ],
    [
      'colours last, of one size',
      { inputs: [{ name: 'x', shape: [1, 64, 64, 3] }], outputs: [{ name: 'y', shape: [1, 64, 64, 3] }] },
      'the input takes colours last (1 x 64 x 64 x 3)',
    ],
    [
      'one channel',
      { inputs: [{ name: 'x', shape: ['n', 1, 'h', 'w'] }], outputs: [{ name: 'y', shape: ['n', 1, 'h', 'w'] }] },
      'the input takes pictures of 1 channels (n x 1 x h x w), not 3',
    ],
    [
      'three dimensions',
      { inputs: [{ name: 'x', shape: [3, 'h', 'w'] }], outputs: [{ name: 'y', shape: [3, 'h', 'w'] }] },
      'the input has 3 dimensions (3 x h x w)',
    ],
    [
      'a fixed batch',
      { inputs: [{ name: 'x', shape: [4, 3, 'h', 'w'] }], outputs: [{ name: 'y', shape: [4, 3, 'h', 'w'] }] },
      'the input takes exactly 4 pictures at once',
    ],
    [
      'a hole',
      { nodes: [{ operator: 'Relu', inputs: ['q'], outputs: ['y'] }] },
      'the model is not whole: nothing makes "q"',
    ],
    ['a circle', { nodes: [{ operator: 'Relu', inputs: ['y'], outputs: ['y'] }] }, 'its operators form a circle'],
    ['nothing', { nodes: [], inputs: [], outputs: [] }, /ONNX Runtime cannot load this model|0 inputs/],
  ])('are refused in a sentence: %s', async (_, model, problem) => {
    const error = await load(model).then(
      async (loaded) => {
        const [side] = [64];
        const failed = await loaded.session
          .run(new Float32Array(3 * side * side), [1, 3, side, side])
          .catch((caught: unknown) => caught);
        await loaded.close();
        return failed;
      },
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(FtuError);
    expect(error).toMatchObject({ code: 'bad-input', subject: join(folder, 'model.onnx') });
    const { problem: said, hint = '' } = error as FtuError;
    expect(`${said}; ${hint}`).toMatch(problem);
    expect(`${said}; ${hint}`.replaceAll('ONNX Runtime', '')).not.toMatch(cpp);
    expect(hint).not.toBe('');
  });

  it('say which size they take, where it is fixed', async () => {
    const loaded = await load({
      inputs: [{ name: 'x', shape: [1, 3, 512, 512] }],
      outputs: [{ name: 'y', shape: [1, 3, 512, 512] }],
    });
    const run = loaded.session.run(new Float32Array(3 * 64 * 64), [1, 3, 64, 64]);
    await expect(run).rejects.toThrow(
      'failed on a batch of 1 x 3 x 64 x 64: it takes pictures of 512 x 512 pixels only; predict with --tile-size 512',
    );
    await loaded.close();
  });

  it('must answer with maps of their picture', async () => {
    const loaded = await load({ nodes: one('Transpose'), outputs: [{ name: 'y', shape: ['w', 'h', 'c', 'n'] }] });
    const run = loaded.session.run(new Float32Array(3 * 64 * 64), [1, 3, 64, 64]);
    await expect(run).rejects.toThrow('the model answers 64 x 64 x 3 x 1, not 1 x classes x 64 x 64');
    await loaded.close();
  });
});

describe('what ONNX Runtime says', () => {
  const said = new Error(
    'Exception during initialization: /onnxruntime_src/onnxruntime/core/framework/session_state_utils.cc:264 onnxruntime::common::Status onnxruntime::session_state_utils::SaveInitializedTensors(const onnxruntime::Env&, const std::__cxx11::basic_string<char>&) was false.',
  );

  it('stays the cause of the error, and is not in its sentence', () => {
    for (const error of [unloadable('a.onnx', said), failedBatch('a.onnx', [1, 3, 8, 8], said)]) {
      expect(error.cause).toBe(said);
      expect(error.message.replace('ONNX Runtime', '')).not.toMatch(cpp);
    }
    expect(runtimeReason(said)).not.toMatch(/::|\.cc/);
  });
});
