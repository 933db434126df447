/**
 * The inner loops of networks, for WebAssembly's 128-bit vectors: AssemblyScript, compiled by ../scripts/build-kernels.mjs into
 * ../src/session/kernels. Addresses are bytes; numbers are float32.
 */
export { add, depthwise, groupNorm, largest, mean, scale, stretch } from './maps';
export { multiply, takeSix } from './multiply';
export { narrow } from './narrow';
export { channelsFirst, channelsLast, frame, place, windows } from './places';
export { multiplyQuarters, quartersBytes } from './strassen';
export { splitEnlarged, splitTiles } from './winograd';
export { joinTiles } from './winograd-join';

/** The first byte that the module does not use itself. */
export function freeFrom(): usize {
  return __heap_base;
}
