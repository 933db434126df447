/**
 * The inner loops of DenseCRF, for WebAssembly's 128-bit vectors: AssemblyScript, compiled by ../scripts/build-kernels.mjs
 * into ../src/crf/kernel-code.ts. Addresses are bytes, planes are rows of float32 whose length is a multiple of 64 bytes.
 */
export { blur, blur4, inverseRoots, slice, slice4, splat, splat4 } from './filter';
export { bandRows, gaussian } from './gaussian';
export { growTable, neighbours, openTable } from './lattice';
export { binaryMarginals, classMarginals, logits } from './marginals';
export { addPixels } from './simplex';

/** The first byte that the module does not use itself. */
export function freeFrom(): usize {
  return __heap_base;
}
