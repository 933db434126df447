import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { compiledFiles, compiledPackages, isCompiled } from './tests/compiled.js';
import { mocking, sharing } from './tests/isolation.js';
import { LongestFirst } from './tests/longest-first.js';
import onSources from './tests/on-sources.js';

const root = fileURLToPath(new URL('.', import.meta.url));
const packages = `${root}packages/`;
const all = ['packages/*/src/**/*.test.ts', 'packages/*/tests/**/*.test.ts', 'tests/**/*.test.ts'];
const shared = sharing(root);
const mocks = mocking(root);

const onCompiled = { plugins: [compiledPackages(packages)] };

/**
 * Tests run on the TypeScript sources of every package. Those with a process of their own run on what the compiler made of them, where it is as
 * new. Worker threads, programs and native code always come from a build.
 */
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        ...(isCompiled(packages) ? onCompiled : onSources),
        test: {
          name: 'apart',
          include: all,
          exclude: ['**/node_modules/**', ...shared, ...mocks],
          server: { deps: { external: [compiledFiles] } },
        },
      },
      { extends: true, ...onSources, test: { name: 'mocking', include: mocks } },
      {
        extends: true,
        ...(isCompiled(packages) ? onCompiled : onSources),
        test: { name: 'sharing', include: shared, isolate: false, server: { deps: { external: [compiledFiles] } } },
      },
    ],
    setupFiles: [`${root}tests/compare-bytes.ts`],
    pool: 'forks',
    // A larger young generation: an eighth of the processor's time went into collecting it.
    execArgv: ['--max-semi-space-size=32'],
    // Vitest would leave one processor free. Tests wait now and then (for programs, locks, pages), so that four keep two processors busy.
    maxWorkers: Math.max(4, availableParallelism() - 1),
    // Threads of libtorch that wait must not keep the processor from the other worker. Tests that open ONNX Runtime by themselves report nothing.
    env: { OMP_WAIT_POLICY: 'passive', ORT_DISABLE_TELEMETRY: '1' },
    testTimeout: 90_000,
    // What a group of tests begins with may be a training, beside other tests.
    hookTimeout: 90_000,
    sequence: { sequencer: LongestFirst },
  },
});
