/** AssemblyScript to WebAssembly, kept as text in a source file: what the packages' own `build-kernels.mjs` share. */
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

/**
 * @param {string} folder of the sources; its index.ts is compiled
 * @param {readonly string[]} features of WebAssembly beyond the first version
 * @returns {Promise<Uint8Array>} the module; where it does not compile, the process ends with exit code 1
 */
export async function compileKernels(folder, features) {
  let code = new Uint8Array();
  const { error, stderr } = await asc.main(
    [
      'index.ts',
      '--baseDir',
      folder,
      '--outFile',
      'kernels.wasm',
      '-O3',
      '--noAssert',
      ...features.flatMap((feature) => ['--enable', feature]),
      '--runtime',
      'stub',
      '--importMemory',
      '--zeroFilledMemory',
      // Functions of vectors are called inside the module only.
      '--disableWarning',
      '112',
    ],
    {
      readFile: (/** @type {string} */ name, /** @type {string} */ from) => {
        try {
          // AssemblyScript's decorators are no TypeScript, which other tools read these files as.
          return readFileSync(join(from, name), 'utf8').replaceAll('\n// @inline\n', '\n@inline\n');
        } catch {
          return null;
        }
      },
      writeFile: (/** @type {string} */ name, /** @type {Uint8Array} */ contents) => {
        if (name === 'kernels.wasm') code = contents;
      },
    },
  );
  if (!error) return code;
  console.error(`${stderr}`);
  process.exit(1);
}

/**
 * Writes a module as an exported text, or with `--check` on the command line says whether the file has it.
 *
 * @param {{ target: string, script: string, name: string, code: Uint8Array }} file `name` of the export; `script` as a person calls it
 */
export async function writeKernels({ target, script, name, code }) {
  const base64 = Buffer.from(code)
    .toString('base64')
    .replace(/.{118}/g, '$&\n');
  const text = `/** Made from the package's assembly by ${script}: a WebAssembly module in base64. */
export const ${name} = \`
${base64}
\`;
`;
  if (!process.argv.includes('--check')) {
    await writeFile(target, text);
    console.log(`${name}: ${code.length} bytes`);
  } else if ((await readFile(target, 'utf8')) !== text) {
    console.error(`${target} is not what the assembly compiles to: run node ${script}`);
    process.exit(1);
  }
}
