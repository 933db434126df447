import { expect, it } from 'vitest';
import { runtimeInfo } from './runtime-info.node.js';

it('names the version and at least the processor', () => {
  const { version, backends } = runtimeInfo();
  expect(version).toMatch(/^\d+\.\d+/);
  expect(backends).toContainEqual({ name: 'cpu', bundled: true });
});
