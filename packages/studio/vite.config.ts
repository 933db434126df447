/** Builds the page into static files that the package carries: `make build` runs it, `ftu studio` needs no build. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const packages = here('../');

export default defineConfig({
  root: here('src/page'),
  // The page may be opened from any folder of a web server.
  base: './',
  resolve: {
    alias: [
      { find: /^@ftuseg\/(slide|infer)(\/browser)?$/, replacement: `${packages}$1/src/browser.ts` },
      { find: /^@ftuseg\/(core|nn)$/, replacement: `${packages}$1/src/index.ts` },
    ],
  },
  build: {
    outDir: here('dist/page'),
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy of the server allows no inline scripts and no `data:` addresses.
    assetsInlineLimit: 0,
    // One file of 220 kB as it is sent; the page needs all of it at once.
    chunkSizeWarningLimit: 1000,
    modulePreload: { polyfill: false },
  },
});
