/**
 * Compiles ../assembly to WebAssembly and writes it as text into ../src/crf/kernel-code.ts, so that the package needs neither a
 * compiler nor a file beside it where it runs. With --check it only says whether the two belong together, as a test asks.
 *
 *     node packages/core/scripts/build-kernels.mjs [--check]
 */
import { fileURLToPath } from 'node:url';
import { compileKernels, writeKernels } from '../../../scripts/kernels.mjs';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
await writeKernels({
  target: here('../src/crf/kernel-code.ts'),
  script: 'packages/core/scripts/build-kernels.mjs',
  name: 'kernelCode',
  code: await compileKernels(here('../assembly'), ['simd']),
});
