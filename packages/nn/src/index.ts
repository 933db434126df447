export { type AttentionType, attentionTypes } from './architectures/attention.js';
export { decoderNames, decoderRunsOn } from './architectures/registry.js';
export type { BatchSlice } from './batch-slice.js';
export {
  type CalibratedObject,
  type Calibration,
  calibratedProbability,
  calibrationFeatures,
  type ObjectMap,
  type ObjectShaping,
} from './card/calibration.js';
export { type CascadeCalibration, cascadeSchema } from './card/cascade.js';
export type { Quantisation } from './card/quantisation.js';
export { readModelCard } from './card/read-card.js';
export type { ObjectSizes } from './card/training-slides.js';
export { withModelCard } from './card/write-card.js';
export { encoderStateFromLite0Npz, lite0NpzNormalisation } from './encoders/efficientnet/lite0-npz.js';
export type { Encoder, EncoderOptions, Normalisation } from './encoders/encoder.js';
export { type PublishedWeights, publishedWeights } from './encoders/published-weights.js';
export { createEncoder, encoderNames } from './encoders/registry.js';
export {
  type BatchNorm,
  type Conv2d,
  type InitialValue,
  type Layer,
  layerParameters,
  type Padding,
  type ParameterSpec,
} from './layers.js';
export { type Layout, layouts } from './layout.js';
export { Liveness } from './liveness.js';
export { createModel, type Model, type ModelOutput, type ModelSpec } from './model.js';
export {
  type ModelCard,
  modelCardFormat,
  modelCardSchema,
  modelSpecOf,
  parseModelCard,
  type ResizeMethod,
  resizeMethods,
} from './model-card.js';
export { readNpz } from './npz.js';
export { type ExportOptions, exportOnnx, precisions } from './onnx/export.js';
export { fusedGraph } from './onnx/fused-graph.js';
export type {
  FusedActivation,
  FusedConvolution,
  FusedGraph,
  FusedGroupNorm,
  FusedOperation,
  FusedUpConvolution,
} from './onnx/fused-operations.js';
export { inspectOnnx, type OnnxFacts } from './onnx/inspect.js';
export { type JoinedNetworks, joinNetworks } from './onnx/join-networks.js';
export { OnnxOps, type OnnxValue } from './onnx/onnx-ops.js';
export { optimizeForCpu } from './onnx/rewriting/optimize-for-cpu.js';
export type { Activation, Ops } from './ops.js';
export { ActivationHistogram, type ActivationRange, CALIBRATION_PERCENTILE } from './quantisation/activation-range.js';
export type { ProcessorFormOptions } from './quantisation/processor-form.js';
export {
  dequantiseOnnx,
  isQuantisedOnnx,
  type ObservedNetwork,
  observedNetwork,
  quantisedForCpu,
  quantiseOnnx,
} from './quantisation/quantised-file.js';
export { readSafetensors, type SafetensorsFile } from './safetensors/read.js';
export { writeSafetensors } from './safetensors/write.js';
export { type Checked, checkSchema, problemText, type SchemaProblem, settingOf } from './schema/check-schema.js';
export { micronsSchema } from './schema/microns.js';
export { iccSchema, stainStatisticsSchema } from './schema/stain-schema.js';
export { type ModelSummary, type Shape, ShapeOps, summarise } from './shape-ops.js';
export { assertState, checkState, conformState, type StateMismatch, type StateReport } from './state/check.js';
export { float16ToFloat32, float32ToFloat16 } from './state/half.js';
export { initialState } from './state/initial.js';
export { recogniseEncoder } from './state/recognise.js';
export { elementCount, type StateDict, type StateDType, type StateTensor, toFloat32 } from './state/state.js';
export {
  type BatchNormEvent,
  type Dispatch,
  TorchOps,
  type TorchOpsOptions,
  type TorchTensor,
} from './torch-ops.js';
