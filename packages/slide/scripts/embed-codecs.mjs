/**
 * Writes the decoders of a page into ../wasm: each library as one module that carries its WebAssembly as text. Such a module works wherever a
 * script does: behind any bundler, and in a worker of one file where nothing may be fetched.
 *
 *     node packages/slide/scripts/embed-codecs.mjs
 */
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const { resolve } = createRequire(import.meta.url);
const OUT = new URL('../wasm/', import.meta.url);
const SELF = fileURLToPath(import.meta.url);

/** Emscripten's start of a library asks where it runs; here it is never Node, whose `require` no page has. */
const NODE = /ENVIRONMENT_IS_NODE=typeof process={2,3}"object"&&[^;]*;/;
/** WebAssembly that a script carries itself. */
const CARRIED = /wasmBinaryFile="data:application\/octet-stream;base64,([^"]*)"/;
/** What loads such a library as CommonJS. */
const COMMON_JS = /\nif \(typeof exports === 'object'[\s\S]*$/;

const libraries = [
  {
    name: 'libjpeg-turbo',
    start: 'libjpegturbowasm_decode',
    script: '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs',
    wasm: '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm',
    edit: forPages,
  },
  {
    name: 'openjpeg',
    start: 'OpenJPEGWASM',
    script: '@cornerstonejs/codec-openjpeg/decodewasmjs',
    wasm: '@cornerstonejs/codec-openjpeg/decodewasm',
    edit: forPages,
  },
  {
    name: 'charls',
    start: 'CharLSWASM',
    script: '@cornerstonejs/codec-charls/decodewasmjs',
    wasm: '@cornerstonejs/codec-charls/decodewasm',
    edit: forPages,
  },
  {
    name: 'libwebp',
    start: 'Module',
    script: '@jsquash/webp/codec/dec/webp_dec.js',
    wasm: '@jsquash/webp/codec/dec/webp_dec.wasm',
    edit: (/** @type {string} */ text) => {
      const exported = replaced(text, /export default Module;\s*$/, '');
      const placed = replaced(exported, 'new URL("webp_dec.wasm",import.meta.url).href', '"webp_dec.wasm"');
      const notNode = replaced(placed, NODE, 'ENVIRONMENT_IS_NODE=false;');
      // It would be the address of the WebAssembly, which is here instead.
      return `let address = '';\n${notNode.replaceAll('import.meta.url', 'address')}`;
    },
  },
  {
    name: 'jpegxr',
    start: 'jpegxr',
    script: 'jpegxr',
    edit: (/** @type {string} */ text) => forPages(replaced(text, CARRIED, 'wasmBinaryFile="jpegxr.wasm"')),
  },
];

/** @param {string} text */
function forPages(text) {
  const module = replaced(text, COMMON_JS, '\n');
  return withoutNode(replaced(module, NODE, 'ENVIRONMENT_IS_NODE=false;'));
}

/**
 * Fails where a new version of a library looks different, instead of leaving out the change.
 * @param {string} text
 * @param {string | RegExp} from
 * @param {string} to
 */
function replaced(text, from, to) {
  const out = text.replace(from, () => to);
  if (out === text) throw new Error(`${from} is not in the library: bring scripts/embed-codecs.mjs up to date`);
  return out;
}

/**
 * Without the branch for Node, of which bundlers would follow the `require`s.
 * @param {string} text
 */
function withoutNode(text) {
  const head = /if\(ENVIRONMENT_IS_NODE\)\{(?=var fs=|if\(ENVIRONMENT_IS_WORKER\))/.exec(text);
  if (head === null) throw new Error('the library has no branch for Node: bring scripts/embed-codecs.mjs up to date');
  let end = head.index + head[0].length;
  for (let depth = 1; depth > 0; end++) {
    if (text[end] === '{') depth++;
    else if (text[end] === '}') depth--;
    else if (text[end] === undefined) throw new Error('the branch for Node does not end');
  }
  return `${text.slice(0, head.index)}if(false){}${text.slice(end)}`;
}

for (const { name, start, script, wasm, edit } of libraries) {
  const scriptPath = resolve(script);
  const wasmPath = wasm === undefined ? scriptPath : resolve(wasm);
  const target = fileURLToPath(new URL(`${name}.js`, OUT));
  const sources = [scriptPath, wasmPath, SELF].map((path) => statSync(path).mtimeMs);
  if (existsSync(target) && statSync(target).mtimeMs >= Math.max(...sources)) continue;
  const text = readFileSync(scriptPath, 'utf8');
  const base64 = wasm === undefined ? CARRIED.exec(text)?.[1] : readFileSync(wasmPath).toString('base64');
  if (base64 === undefined)
    throw new Error(`${script} carries no WebAssembly: bring scripts/embed-codecs.mjs up to date`);
  writeFileSync(
    target,
    `// Made by ../scripts/embed-codecs.mjs of ${script}; licences: ./NOTICE.md
${edit(text)}
const code = '${base64}';
const bytes = () => Uint8Array.from(atob(code), (letter) => letter.charCodeAt(0));
export const start = (options) => ${start}({ ...options, wasmBinary: bytes() });
`,
  );
}
copyFileSync(
  fileURLToPath(new URL('LICENSE', pathToFileURL(resolve('@jsquash/webp/package.json')))),
  fileURLToPath(new URL('Apache-2.0.txt', OUT)),
);
