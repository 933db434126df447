/**
 * Compiles ../assembly to WebAssembly and writes it as text into ../src/crf/kernel-code.ts, so that the package needs neither a
 * compiler nor a file beside it where it runs. With --check it only says whether the two belong together, as a test asks.
 *
 *     node packages/core/scripts/build-kernels.mjs [--check]
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const target = here('../src/crf/kernel-code.ts');

let code = new Uint8Array();
const { error, stderr } = await asc.main(
  [
    'index.ts',
    '--baseDir',
    here('../assembly'),
    '--outFile',
    'kernels.wasm',
    '-O3',
    '--noAssert',
    '--enable',
    'simd',
    '--runtime',
    'stub',
    '--importMemory',
    '--zeroFilledMemory',
    // Functions of vectors are called inside the module only.
    '--disableWarning',
    '112',
  ],
  {
    writeFile: (/** @type {string} */ name, /** @type {Uint8Array} */ contents) => {
      if (name === 'kernels.wasm') code = contents;
    },
  },
);
if (error) {
  console.error(`${stderr}`);
  process.exit(1);
}

const base64 = Buffer.from(code)
  .toString('base64')
  .replace(/.{118}/g, '$&\n');
const text = `/** Made from ../../assembly by ../../scripts/build-kernels.mjs: a WebAssembly module in base64. */
export const kernelCode = \`
${base64}
\`;
`;
if (!process.argv.includes('--check')) {
  await writeFile(target, text);
  console.log(`${code.length} bytes`);
} else if ((await readFile(target, 'utf8')) !== text) {
  console.error('kernel-code.ts is not what ../assembly compiles to: run node packages/core/scripts/build-kernels.mjs');
  process.exit(1);
}
