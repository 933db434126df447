import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { sharing } from './tests/isolation.js';
import { LongestFirst } from './tests/longest-first.js';

const root = fileURLToPath(new URL('.', import.meta.url));
const packages = `${root}packages/`;
const all = ['packages/*/src/**/*.test.ts', 'packages/*/tests/**/*.test.ts', 'tests/**/*.test.ts'];
const shared = sharing(root);

/** Tests run on the TypeScript sources of every package; only worker threads and the native bridge come from a build. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@ftuseg\/(\w+)$/, replacement: `${packages}$1/${process.env.B ? 'dist/index.js' : 'src/index.ts'}` },
      { find: /^@ftuseg\/(\w+)\/browser$/, replacement: `${packages}$1/${process.env.B ? 'dist/browser.js' : 'src/browser.ts'}` },
    ],
  },
  test: {
    projects: [
      { extends: true, test: { name: 'apart', include: all, exclude: ['**/node_modules/**', ...shared] } },
      { extends: true, test: { name: 'sharing', include: shared, isolate: false } },
    ],
    server: process.env.B ? { deps: { external: [/\/packages\/\w+\/dist\//] } } : {},
    pool: 'forks',
    // Vitest would leave one processor free: of two, half of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Threads of libtorch that wait must not keep the processor from the other worker.
    env: { OMP_WAIT_POLICY: 'passive' },
    testTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
  },
});
