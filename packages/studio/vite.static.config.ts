/** Builds the page that works without a server: one script with its workers inside, styles, ONNX Runtime's WebAssembly. `ftu studio --static` adds models. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const packages = here('../');
const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8'));

export default defineConfig({
  root: here('src/page/local'),
  // Any folder of any web server.
  base: './',
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
    outDir: here('dist/static'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 8000,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: false } },
  },
});
