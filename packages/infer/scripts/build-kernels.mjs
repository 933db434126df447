/**
 * Compiles ../assembly to WebAssembly, with and without relaxed SIMD, and writes each as text into ../src/session/kernels, so that the package
 * needs neither a compiler nor a file beside it where it runs. With --check it only says whether they belong together, as a test asks.
 *
 *     node packages/infer/scripts/build-kernels.mjs [--check]
 */
import { fileURLToPath } from 'node:url';
import { compileKernels, writeKernels } from '../../../scripts/kernels.mjs';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const folder = here('../assembly');
const script = 'packages/infer/scripts/build-kernels.mjs';
for (const [name, features] of /** @type {const} */ ([
  ['plain', ['simd']],
  ['relaxed', ['simd', 'relaxed-simd']],
])) {
  const target = here(`../src/session/kernels/${name}-code.ts`);
  await writeKernels({ target, script, name: `${name}Code`, code: await compileKernels(folder, features) });
}
