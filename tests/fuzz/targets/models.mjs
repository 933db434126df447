/** Models as they come from anywhere: our readers of ONNX, safetensors, NumPy archives and cards. ONNX Runtime itself is not fuzzed here. */
import { decodeNpy, encodeNpy, parseJson } from '@ftuseg/core';
import {
  createModel,
  exportOnnx,
  initialState,
  inspectOnnx,
  optimizeForCpu,
  parseModelCard,
  readModelCard,
  readNpz,
  readSafetensors,
  writeSafetensors,
} from '@ftuseg/nn';
import { refuseForeign } from '../../../packages/infer/dist/session/checks/check-file.js';

const card = {
  format: 1,
  name: 'test',
  decoder: 'unet',
  encoder: 'resnet18',
  classes: ['glomerulus'],
  tileSize: 64,
  micronsPerPixel: 2,
  mean: [0.5, 0.5, 0.5],
  std: [0.2, 0.2, 0.2],
  threshold: 0.5,
  training: { seed: 1, trainedOn: ['a'] },
};

/** The beginning of a real model, with its graph, and a whole one without most of its weights: what is damaged is then structure. */
function smallModel() {
  const model = createModel({ decoder: 'unet', encoder: 'resnet18', classes: 1 });
  return exportOnnx(model, initialState(model, 1), parseModelCard(card));
}

const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
const block = (field, bytes) => [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
const word = (field, value) => block(field, [...new TextEncoder().encode(value)]);
const tensor = [
  8,
  1,
  8,
  3,
  16,
  1,
  ...word(8, 'w'),
  ...block(13, [...word(1, 'location'), ...word(2, 'w.bin')]),
  112,
  1,
];
const node = [...word(1, 'x'), ...word(2, 'y'), ...word(4, 'Relu'), ...block(5, [...word(1, 'a'), 24, 5, 160, 1, 2])];
const tiny = Uint8Array.from([
  8,
  8,
  ...word(2, 'ftuseg'),
  ...block(8, [...word(1, ''), 16, 17]),
  ...block(14, [...word(1, 'ftuseg.model_card'), ...word(2, JSON.stringify(card))]),
  ...block(7, [...block(1, node), ...word(2, 'g'), ...block(5, tensor)]),
]);

const weights = writeSafetensors(
  new Map([
    ['a.weight', { dtype: 'float32', shape: [2, 3], data: new Float32Array(6) }],
    ['b', { dtype: 'int64', shape: [1], data: new BigInt64Array(1) }],
  ]),
  { card: JSON.stringify(card) },
);

export const models = [
  {
    name: 'onnx',
    ending: 'onnx',
    originals: () => [tiny, smallModel().slice(0, 20_000), tiny, tiny],
    dictionary: ['ftuseg.model_card', '"format":1', 'location'],
    run: (bytes) => {
      inspectOnnx(bytes);
      optimizeForCpu(bytes);
      refuseForeign(bytes, 'x.onnx');
      readModelCard(bytes, 'x.onnx');
    },
  },
  {
    name: 'card',
    ending: 'json',
    originals: [JSON.stringify(card)],
    dictionary: ['"format":1', '"classes":[', '"training":{', '"options":{', 'null', '[[[[', '{"a":'],
    run: (bytes) => parseModelCard(parseJson(new TextDecoder().decode(bytes), 'the card')),
  },
  {
    name: 'safetensors',
    ending: 'safetensors',
    originals: [weights],
    dictionary: ['"dtype":"F32"', '"shape":[', '"data_offsets":[0,24]', '"__metadata__":{'],
    run: (bytes) => readSafetensors(bytes, 'x.safetensors'),
  },
  {
    name: 'npy',
    ending: 'npy',
    originals: [encodeNpy({ shape: [2, 3], data: new Uint8Array(6) })],
    dictionary: ["'descr': '|u1'", "'shape': (", "'fortran_order': False"],
    run: (bytes) => decodeNpy(bytes, 'x.npy'),
  },
  {
    name: 'npz',
    ending: 'npz',
    originals: [storedZip('a.npy', encodeNpy({ shape: [2, 3], data: new Uint8Array(6) }))],
    dictionary: ['PK\u0003\u0004', 'PK\u0005\u0006', 'a.npy'],
    run: (bytes) => readNpz(bytes, 'x.npz'),
  },
];

/** An archive of one file without compression. */
function storedZip(name, data) {
  const title = new TextEncoder().encode(name);
  const word16 = (value) => [value & 255, value >> 8];
  const word32 = (value) => [...word16(value & 0xffff), ...word16(value >>> 16)];
  const facts = [
    ...word16(20),
    ...word16(0),
    ...word16(0),
    ...word32(0),
    ...word32(0),
    ...word32(data.length),
    ...word32(data.length),
    ...word16(title.length),
    ...word16(0),
  ];
  const local = [0x50, 0x4b, 3, 4, ...facts, ...title, ...data];
  const central = [
    0x50,
    0x4b,
    1,
    2,
    ...word16(20),
    ...facts,
    ...word16(0),
    ...word16(0),
    ...word16(0),
    ...word32(0),
    ...word32(0),
    ...title,
  ];
  const end = [
    0x50,
    0x4b,
    5,
    6,
    ...word16(0),
    ...word16(0),
    ...word16(1),
    ...word16(1),
    ...word32(central.length),
    ...word32(local.length),
    ...word16(0),
  ];
  return Uint8Array.from([...local, ...central, ...end]);
}
