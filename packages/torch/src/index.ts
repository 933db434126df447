export { Adam, type AdamOptions, AdamW } from './adam.js';
export { autocast, type GradOptions, grad, noGrad } from './autograd.js';
export { type DispatchResult, dispatch, dispatchAny, dispatchMany } from './dispatch.js';
export { TorchError, type TorchErrorCode, type TorchErrorDetails } from './errors.js';
export { type FileMap, fileMaps, mapFile, sharedFileMap } from './file-map.js';
export { Optimiser, type OptimiserState } from './optimiser.js';
export { type RankSettings, Ranks, ranksAvailable } from './ranks/ranks.js';
export {
  externalBytes,
  getThreads,
  liveTensors,
  manualSeed,
  reuseFreedMemory,
  setThreads,
  type TorchInfo,
  torchAvailable,
  torchInfo,
} from './runtime.js';
export { keep, scope } from './scope.js';
export { SGD, type SGDOptions } from './sgd.js';
export {
  type BackwardOptions,
  type ConvertOptions,
  type MemoryFormat,
  Tensor,
  type TensorOptions,
  tensor,
} from './tensor.js';
export type { DType, TypedArray } from './typed-array.js';
