/** Imports of packages lead to their TypeScript sources: for tests, and for pages that tests bundle. */
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../packages/', import.meta.url));

export default {
  resolve: {
    alias: [
      { find: /^@ftuseg\/(\w+)$/, replacement: `${packages}$1/src/index.ts` },
      { find: /^@ftuseg\/(\w+)\/browser$/, replacement: `${packages}$1/src/browser.ts` },
    ],
  },
};
