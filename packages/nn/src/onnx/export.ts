/**
 * A trained network as one self-sufficient ONNX file: graph, weights and model card.
 */
import { FtuError } from '@ftuseg/core';
import type { Model } from '../model.js';
import { type ModelCard, parseModelCard } from '../model-card.js';
import { conformState } from '../state/check.js';
import type { StateDict } from '../state/state.js';
import { toHalf } from './half.js';
import { OnnxOps, opset } from './onnx-ops.js';
import { encodeOnnxModel, type OnnxTensor } from './proto.js';

/** Key of the model card among the file's metadata. */
export const cardKey = 'ftuseg.model_card';

/** Of weights and activations inside the network. */
export const precisions = ['float32', 'float16'] as const;

export interface ExportOptions {
  /** Default: `float32`. */
  readonly precision?: (typeof precisions)[number];
}

/**
 * Serialises a model for prediction. Input `image`: float32 N x 3 x H x W, RGB, already normalised with the card's mean and
 * std; output `logits`: float32 N x classes x H x W, before the sigmoid; of a network with a tile classifier a second output `tile`: float32
 * N x classes x 1 x 1, before the sigmoid, which the card says. N, H and W are free; H and W must be multiples of
 * `model.inputMultiple`, for which the paddings in the file are written out. Batch normalisations are folded into
 * convolutions, weights that prediction does not use are left out.
 * Throws `FtuError` when the state or the card does not belong to the model, or a weight is not finite.
 *
 * @example
 * const bytes = exportOnnx(model, state, card);
 */
export function exportOnnx(
  model: Model,
  state: StateDict,
  card: ModelCard,
  { precision = 'float32' }: ExportOptions = {},
): Uint8Array {
  const { tileOutput: _, ...given } = parseModelCard(card);
  const checked = model.spec.tileClassifier ? { ...given, tileOutput: true } : given;
  const { decoder, encoder, classes, layout = 'pytorch' } = model.spec;
  if (checked.decoder !== decoder || checked.encoder !== encoder || checked.classes.length !== classes) {
    throw new FtuError(
      'bad-input',
      `the model card describes decoder ${checked.decoder}, encoder ${checked.encoder} with ${checked.classes.length} class names; the model is ${decoder}, ${encoder} with ${classes}`,
    );
  }
  const cardLayout = checked.options?.layout ?? 'pytorch';
  if (cardLayout !== layout) {
    throw new FtuError('bad-input', `the model card describes the layout ${cardLayout}; the model has ${layout}`);
  }
  const conformed = conformState(model, state);
  const ops = new OnnxOps(conformed);
  const { logits, tile } = model.predict(ops, { kind: 'value', name: 'image' });
  const names = new Map([[ops.nameOf(logits), 'logits']]);
  if (tile !== undefined) names.set(ops.nameOf(tile), 'tile');
  for (const { name, data } of ops.initializers) {
    if (!allFinite(data)) {
      throw new FtuError('bad-input', `the weights "${name}" hold a value that is not finite`, {
        hint: 'training has diverged: export an earlier checkpoint',
      });
    }
  }
  const graph = {
    nodes: ops.nodes.map((node) => ({ ...node, output: names.get(node.output) ?? node.output })),
    initializers: ops.initializers,
  };
  return encodeOnnxModel({
    graphName: `${decoder} ${encoder}`,
    opset,
    ...(precision === 'float16' ? toHalf(graph, 'image', [...names.values()]) : graph),
    input: { name: 'image', shape: ['batch', 3, 'height', 'width'] },
    output: { name: 'logits', shape: ['batch', classes, 'height', 'width'] },
    tileOutput: tile === undefined ? undefined : { name: 'tile', shape: ['batch', classes, 1, 1] },
    metadata: new Map([[cardKey, JSON.stringify(checked)]]),
  });
}

function allFinite(values: OnnxTensor['data']): boolean {
  if (!(values instanceof Float32Array)) return true;
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) return false;
  }
  return true;
}
