/**
 * What 8 bits cost a trained network: Dice on regions with truth, and labels that differ from float32, for each way of choosing ranges and for each part of
 * the network that could stay in float.
 *
 *     node packages/infer/accuracy/int8.mjs MODEL.onnx CALIBRATION.csv TEST.csv
 *
 * Both tables have `image`, `mask` (any value but 0 counts), `width`, `height`, `mpp` and `centre`. Each picture is shown whole, at the model's scale.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { optimizeForCpu, readModelCard } from '@ftuseg/nn';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { decodeOnnxModel } from '../../nn/dist/onnx/decode.js';
import { encodeOnnxModel } from '../../nn/dist/onnx/proto.js';
import { quantisedProcessorForm } from '../../nn/dist/quantisation/processor-form.js';
import { QuantisedGraph } from '../../nn/dist/quantisation/quantised-graph.js';
import { writeQuantised } from '../../nn/dist/quantisation/write-quantised.js';
import { Histogram, rangeMethods } from './range-methods.mjs';
import '../bench/no-telemetry.mjs';

const [, , modelPath, calibrationTable, testTable] = process.argv;
const file = readFileSync(modelPath);
const card = readModelCard(file, modelPath);
const model = decodeOnnxModel(file);
const open = (bytes, level = 'all') =>
  InferenceSession.create(bytes, { graphOptimizationLevel: level, intraOpNumThreads: 2, logSeverityLevel: 4 });

async function picturesOf(table) {
  const [header, ...lines] = readFileSync(table, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const pictures = [];
  for (const line of lines) {
    const row = Object.fromEntries(header.map((name, i) => [name, line[i]]));
    const [width, height] = [row.width, row.height].map((side) =>
      Math.max(32, Math.round((side * row.mpp) / card.micronsPerPixel)),
    );
    const [right, bottom] = [width, height].map((side) => Math.ceil(side / 32) * 32 - side);
    const read = (path, kernel, background) =>
      sharp(resolve(dirname(table), path))
        .resize(width, height, { fit: 'fill', kernel })
        .extend({ right, bottom, background });
    const rgb = await read(row.image, 'cubic', '#fff').removeAlpha().raw().toBuffer();
    const truth = await read(row.mask, 'nearest', '#000').toColourspace('b-w').raw().toBuffer();
    const area = (width + right) * (height + bottom);
    const pixels = new Float32Array(3 * area);
    for (let i = 0; i < area; i++) {
      for (let c = 0; c < 3; c++) pixels[c * area + i] = (rgb[3 * i + c] / 255 - card.mean[c]) / card.std[c];
    }
    pictures.push({
      centre: row.centre,
      truth,
      image: new Tensor('float32', pixels, [1, 3, height + bottom, width + right]),
    });
  }
  return pictures;
}

async function histogramsOf(pictures) {
  const names = new QuantisedGraph(model).ranges(model.nodes);
  const observed = names.filter((name) => name !== model.input.name);
  const session = await open(encodeOnnxModel({ ...model, observed }), 'basic');
  const histograms = new Map(names.map((name) => [name, new Histogram()]));
  for (const step of ['widen', 'count']) {
    for (const { image } of pictures) {
      const answers = { ...(await session.run({ image })), [model.input.name]: image };
      for (const [name, histogram] of histograms) histogram[step](answers[name].data);
    }
  }
  await session.release();
  return histograms;
}

const cut = Math.log(card.threshold / (1 - card.threshold));

/** Mean Dice of each centre's pictures, and the labels. */
async function judged(bytes, pictures, reference) {
  const session = await open(bytes);
  const dice = new Map();
  const labels = [];
  let [differ, total] = [0, 0];
  for (const [n, { centre, truth, image }] of pictures.entries()) {
    const { logits } = await session.run({ image });
    const marks = Uint8Array.from(logits.data.subarray(0, truth.length), (logit) => (logit >= cut ? 1 : 0));
    let [both, sum] = [0, 0];
    for (let i = 0; i < truth.length; i++) {
      const real = truth[i] > 0 ? 1 : 0;
      both += real & marks[i];
      sum += real + marks[i];
      if (reference !== undefined && marks[i] !== reference[n][i]) differ++;
    }
    total += truth.length;
    labels.push(marks);
    dice.set(centre, [...(dice.get(centre) ?? []), sum === 0 ? 1 : (2 * both) / sum]);
  }
  await session.release();
  return { labels, differ: differ / total, dice };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function print(name, { dice, differ }) {
  const centres = [...dice].map(([centre, values]) => `${centre} ${mean(values).toFixed(4)}`);
  console.log(
    `${name.padEnd(34)} ${centres.join('  ')}  all ${mean([...dice.values()].flat()).toFixed(4)}  labels differ ${(100 * differ).toFixed(2)} %`,
  );
}

const producers = new Map(model.nodes.map((node) => [node.output, node]));
/** Whether a value is one number per channel. */
function isPooled(name) {
  const node = producers.get(name);
  if (node === undefined) return false;
  if (node.operator === 'GlobalAveragePool') return true;
  return (
    ['Conv', 'Sigmoid', 'Mul', 'Relu'].includes(node.operator) &&
    node.inputs.filter((input) => producers.has(input)).every(isPooled)
  );
}

const parts = {
  'first convolution': (node) => node.inputs[0] === model.input.name,
  'squeeze-and-excitation': (node) => isPooled(node.output),
  'depthwise convolutions': (node) => node.operator === 'Conv' && node.attributes.group > 1,
  'swish and gates': (node) => ['Sigmoid', 'Mul'].includes(node.operator),
  sums: (node) => node.operator === 'Add',
};

const histograms = await histogramsOf(await picturesOf(calibrationTable));
const pictures = await picturesOf(testTable);
const rangesBy = (method) => new Map([...histograms].map(([name, histogram]) => [name, method(histogram)]));
const formOf = (ranges, { inFloat, narrowWeights = false } = {}) =>
  encodeOnnxModel(quantisedProcessorForm(writeQuantised(model, ranges, inFloat), { narrowWeights }));

const float32 = await judged(optimizeForCpu(file), pictures);
print('float32', float32);
const tell = async (name, bytes) => print(name, await judged(bytes, pictures, float32.labels));
for (const [name, method] of Object.entries(rangeMethods)) await tell(`range: ${name}`, formOf(rangesBy(method)));
const chosen = rangesBy(rangeMethods['99.99 %']);
for (const [name, inFloat] of Object.entries(parts))
  await tell(`99.99 %, in float: ${name}`, formOf(chosen, { inFloat }));
await tell('99.99 %, weights of 7 bits', formOf(chosen, { narrowWeights: true }));
await tell('float32 with weights of 8 bits', optimizeForCpu(encodeOnnxModel(writeQuantised(model, chosen))));
