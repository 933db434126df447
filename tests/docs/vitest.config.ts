import { defineConfig } from 'vitest/config';
import base from '../../vitest.config.js';
import onSources from '../on-sources.js';

const { projects: _, ...shared } = base.test ?? {};

/** All of the documentation's tests: those that run every command of its pages take minutes, and `make test` leaves them to `make test-docs`. */
export default defineConfig({
  ...onSources,
  test: { ...shared, include: ['tests/docs/*.test.ts', 'tests/docs/*.docs.ts'] },
});
