/** A new decoder is one folder and one line: added to a copy of the built package, it is built, counted and exported like the others. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { cardFor } from '../../packages/nn/tests/fixtures.js';
import { runOnnx } from '../../packages/nn/tests/run-onnx.js';
import { copyBuilt } from './copy-built.js';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ftuseg-decoder-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The encoder's coarsest map, one convolution, enlarged by the head: no good network, but a whole one. */
const tiny = `
import { convNormRelu } from '../conv-norm.js';

function build(encoder) {
  const convolution = convNormRelu('decoder.only', encoder.featureChannels.at(-1), 8);
  return {
    layers: convolution.layers,
    idle: [],
    maps: [{ channels: 8, downsample: 32 }],
    headKernel: 3,
    forward: (ops, features) => [convolution.forward(ops, features.at(-1))],
  };
}

export const tiny = { name: 'tiny', build: { pytorch: build } };
`;

function addDecoder(): void {
  copyBuilt(join(packages, 'nn'), folder);
  symlinkSync(join(packages, '..', 'node_modules'), join(folder, 'node_modules'));
  const architectures = join(folder, 'dist', 'architectures');
  mkdirSync(join(architectures, 'tiny'));
  writeFileSync(join(architectures, 'tiny', 'index.js'), tiny);
  const list = join(architectures, 'all.js');
  writeFileSync(list, `${readFileSync(list, 'utf8')}\nexport { tiny } from './tiny/index.js';\n`);
}

describe('a new decoder', () => {
  it('is one folder and one line', async () => {
    addDecoder();
    const nn: typeof import('@ftuseg/nn') = await import(pathToFileURL(join(folder, 'dist', 'index.js')).href);
    expect(nn.decoderNames()).toContain('tiny');
    const model = nn.createModel({ decoder: 'tiny', encoder: 'resnet18', classes: 1 });
    expect(model.parameters.map(({ name }) => name)).toContain('decoder.only.0.weight');
    expect(() => nn.createModel({ decoder: 'tinny', encoder: 'resnet18', classes: 1 })).toThrow(/did you mean "tiny"/);
    expect(() => nn.createModel({ decoder: 'tiny', encoder: 'resnet18', classes: 1, layout: 'keras' })).toThrow(
      /the layout keras has no decoder "tiny"/,
    );
    expect(nn.summarise(model, [1, 3, 64, 96]).output).toEqual([1, 1, 64, 96]);
    const graph = nn.exportOnnx(model, nn.initialState(model, 1), cardFor(model));
    const { shape } = await runOnnx(graph, new Float32Array(3 * 64 * 96), [1, 3, 64, 96]);
    expect(shape).toEqual([1, 1, 64, 96]);
  });
});
