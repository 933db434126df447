/** Whether libgomp sees the policy that is chosen for it: it says what it has read when `OMP_DISPLAY_ENV` asks it. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { torchAvailable } from '../src/runtime.js';
import { chooseWaitPolicy } from '../src/wait-policy.js';

const index = fileURLToPath(new URL('../dist/index.js', import.meta.url));

/** The sums make OpenMP's threads work; what is printed are their bits. */
const code = `
  const { tensor, dispatch, setThreads } = await import(${JSON.stringify(index)});
  setThreads(2);
  const data = Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => Math.sin(i));
  const weight = Float32Array.from({ length: 16 * 3 * 9 }, (_, i) => Math.cos(i));
  const x = tensor(data, [1, 3, 64, 64]);
  const w = tensor(weight, [16, 3, 3, 3]);
  const y = dispatch('conv2d', x, w, undefined, [1, 1], [1, 1], [1, 1], 1);
  console.log(Buffer.from(dispatch('softmax.int', y, 1).toArray().buffer).toString('base64'));`;

function run(more: Readonly<Record<string, string>>) {
  const { OMP_WAIT_POLICY: _, GOMP_SPINCOUNT: __, ...env } = process.env;
  const options = { encoding: 'utf8', env: { ...env, OMP_DISPLAY_ENV: 'verbose', ...more } } as const;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], options);
  expect(status).toBe(0);
  return { bits: stdout, said: stderr };
}

describe.skipIf(!torchAvailable() || process.platform !== 'linux')('libgomp (needs libtorch: make libtorch)', () => {
  it('lets threads sleep after a moment, unless the user has chosen; the bits are the same', () => {
    const [chosen, active] = [run({}), run({ OMP_WAIT_POLICY: 'active' })];
    expect(chosen.said).toMatch(/OMP_WAIT_POLICY = 'PASSIVE'/);
    expect(chosen.said).toMatch(/GOMP_SPINCOUNT = '1000'/);
    expect(active.said).toMatch(/OMP_WAIT_POLICY = 'ACTIVE'/);
    expect(run({ GOMP_SPINCOUNT: '77' }).said).toMatch(/GOMP_SPINCOUNT = '77'/);
    expect(chosen.bits.length).toBeGreaterThan(1000);
    expect(active.bits).toBe(chosen.bits);
  });
});

describe('chooseWaitPolicy', () => {
  it.each([
    [{}, 'passive', '1000'],
    [{ OMP_WAIT_POLICY: 'active' }, 'active', undefined],
    [{ GOMP_SPINCOUNT: '5' }, undefined, '5'],
  ])('%o', (env: NodeJS.ProcessEnv, policy, spins) => {
    chooseWaitPolicy(env);
    expect([env.OMP_WAIT_POLICY, env.GOMP_SPINCOUNT]).toEqual([policy, spins]);
    expect(env.OPENBLAS_THREAD_TIMEOUT).toBe('4');
  });

  it('keeps how long the user lets OpenBLAS spin', () => {
    const env = { OPENBLAS_THREAD_TIMEOUT: '26' };
    chooseWaitPolicy(env);
    expect(env.OPENBLAS_THREAD_TIMEOUT).toBe('26');
  });
});
