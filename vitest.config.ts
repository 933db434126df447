import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/longest-first.js';

const packages = fileURLToPath(new URL('./packages/', import.meta.url));

/** Tests run on the TypeScript sources of every package; only worker threads and the native bridge come from a build. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@ftuseg\/(\w+)$/, replacement: `${packages}$1/src/index.ts` },
      { find: /^@ftuseg\/(\w+)\/browser$/, replacement: `${packages}$1/src/browser.ts` },
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/tests/**/*.test.ts', 'tests/**/*.test.ts'],
    pool: 'forks',
    // Vitest would leave one processor free: of two, half of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Threads of libtorch that wait must not keep the processor from the other worker.
    env: { OMP_WAIT_POLICY: 'passive' },
    testTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
  },
});
