import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const packages = fileURLToPath(new URL('./packages/', import.meta.url));

/** Tests run on the TypeScript sources of every package; only worker threads and the native bridge come from a build. */
export default defineConfig({
  resolve: {
    alias: Object.fromEntries(
      readdirSync(packages).map((name) => [`@ftuseg/${name}`, `${packages}${name}/src/index.ts`]),
    ),
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/tests/**/*.test.ts', 'tests/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
  },
});
