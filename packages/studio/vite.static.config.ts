/** Builds the page that works without a server: one script with its workers inside, styles, ONNX Runtime's WebAssembly. `ftu studio --static` adds models. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const packages = here('../');
const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8'));

/** Packages whose code is in the page. Whoever hands the page on hands their licences on. */
const CARRIED: readonly string[] = [
  '@preact/signals',
  'clipper2-ts',
  'flatbush',
  'fzstd',
  'onnxruntime-web',
  'openseadragon',
  'preact',
  'saxes',
  'zod',
];

/** What a package says of its licence: the file where it has one, else its name. */
function licenceOf(name: string): string {
  const folder = here(`../../node_modules/${name}/`);
  const { version: own, license } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[sc]e(\.(md|txt))?$/i.test(one));
  return `${name} ${own} (${license})\n\n${file === undefined ? '' : readFileSync(`${folder}${file}`, 'utf8')}`;
}

const licences: Plugin = {
  name: 'licences',
  generateBundle() {
    const decoders = `${packages}slide/wasm/`;
    const emit = (fileName: string, source: string): void => void this.emitFile({ type: 'asset', fileName, source });
    emit('NOTICE.md', readFileSync(`${decoders}NOTICE.md`, 'utf8'));
    emit('Apache-2.0.txt', readFileSync(`${decoders}Apache-2.0.txt`, 'utf8'));
    const own = `ftuseg ${version} (MIT)\n\n${readFileSync(here('../../LICENSE'), 'utf8')}`;
    emit('LICENSES.txt', [own, ...CARRIED.map(licenceOf)].join('\n\n----\n\n'));
  },
};

export default defineConfig({
  root: here('src/page/local'),
  // Any folder of any web server.
  base: './',
  plugins: [licences],
  define: { __FTUSEG_VERSION__: JSON.stringify(version) },
  resolve: {
    alias: [
      { find: /^@ftuseg\/(slide|infer)(\/browser)?$/, replacement: `${packages}$1/src/browser.ts` },
      { find: /^@ftuseg\/(core|nn)$/, replacement: `${packages}$1/src/index.ts` },
    ],
  },
  // A page that has locked itself can import nothing more.
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting: false } } },
  build: {
    outDir: here('../static/files'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 8000,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: false } },
  },
});
