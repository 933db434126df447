import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Workspace } from './kernels.js';

describe('the compiled kernels', () => {
  it('are what their sources compile to', () => {
    const script = fileURLToPath(new URL('../../scripts/build-kernels.mjs', import.meta.url));
    expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
  });

  it('know exp and log within 2 units in the last place', () => {
    const { workspace, at, values } = withLogits(4096);
    const out = workspace.allocate(4096 * 4);
    workspace.kernels.binaryMarginals(at, out, 4096, 0);
    const marginals = workspace.floats(out, 4096);
    values.forEach((z, i) => {
      const expected = 1 / (1 + Math.exp(-z));
      expect(Math.abs((marginals[i] as number) / expected - 1)).toBeLessThan(3e-7);
    });
    workspace.kernels.logits(out, at, 4096);
    const logits = workspace.floats(at, 4096);
    marginals.forEach((p, i) => {
      const expected = Math.log(Math.max(p, 1e-5)) - Math.log(Math.max(1 - p, 1e-5));
      expect(Math.abs((logits[i] as number) - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
    });
  });
});

describe('inverseRoots', () => {
  it('rounds once, and knows what to do where there is nothing', () => {
    const workspace = new Workspace();
    const values = Float32Array.of(0, 1e-30, 1e-7, 0.3, 1, 2, 77.7, 1e20);
    const at = workspace.allocate(values.byteLength);
    workspace.floats(at, values.length).set(values);
    workspace.kernels.inverseRoots(at, values.length);
    expect(workspace.floats(at, values.length)).toEqual(values.map((value) => 1 / Math.sqrt(value + 1e-20)));
  });
});

describe('Workspace', () => {
  it('grows, keeps what it holds, and hands out the same memory after a reset', () => {
    const workspace = new Workspace();
    const first = workspace.allocate(100);
    workspace.bytes(first, 100).fill(7);
    const second = workspace.allocate(1e7);
    expect(second % 64).toBe(0);
    expect(second).toBeGreaterThanOrEqual(first + 100);
    workspace.floats(second, 2.5e6).fill(1);
    expect(new Set(workspace.bytes(first, 100))).toEqual(new Set([7]));
    workspace.reset();
    expect(workspace.allocate(100)).toBe(first);
  });

  it('says what to do when there is not enough', () => {
    expect(() => new Workspace().allocate(2 ** 33)).toThrow(
      /^crf: no memory of 8590 MB for an image of that size; cut it into blocks that overlap by crfHalo$/,
    );
  });
});

function withLogits(count: number) {
  const workspace = new Workspace();
  const at = workspace.allocate(count * 4);
  const values = Float32Array.from({ length: count }, (_, i) => (i / count - 0.5) * 60);
  workspace.floats(at, count).set(values);
  return { workspace, at, values };
}
