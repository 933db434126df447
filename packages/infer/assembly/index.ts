/**
 * The inner loops of networks, for WebAssembly's 128-bit vectors: AssemblyScript, compiled by ../scripts/build-kernels.mjs into
 * ../src/session/kernels. Addresses are bytes; numbers are float32.
 */
export {
  add,
  channelsFirst,
  channelsLast,
  depthwise,
  frame,
  groupNorm,
  largest,
  mean,
  place,
  scale,
  stretch,
  windows,
} from './maps';
export { multiply } from './multiply';
export { joinTiles, splitTiles } from './winograd';

/** The first byte that the module does not use itself. */
export function freeFrom(): usize {
  return __heap_base;
}
