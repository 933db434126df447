import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `make test-install`: minutes of installing, one at a time. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['tests/install/*.install.ts'],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
