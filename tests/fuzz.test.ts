/** Some of the inputs that `make fuzz` makes by the million; in processes of their own, where a crash or a hang is a failed test. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { long } from './long.js';

const run = promisify(execFile);
const script = fileURLToPath(new URL('fuzz/fuzz.mjs', import.meta.url));

it('every reader ends in a result or in a sentence, whatever it is given', { timeout: 300_000 }, async () => {
  const out = await mkdtemp(join(tmpdir(), 'ftuseg-fuzz-failures-'));
  const count = long ? 1200 : 180;
  const { stdout } = await run(process.execPath, [
    script,
    '--count',
    String(count),
    '--seed',
    '20261127',
    '--out',
    out,
  ]);
  expect(stdout).toMatch(/^seed 20261127: \d+ executions of .*slide.*geojson.*rle.*onnx.*recipe/);
  const [, ran] = /seed 20261127: (\d+) executions, none failed/.exec(stdout) ?? [];
  expect(Number(ran)).toBeGreaterThanOrEqual(count);
  await rm(out, { recursive: true });
});

it('names its targets where one is mistyped', async () => {
  await expect(run(process.execPath, [script, '--target', 'rel'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there are the targets slide, '),
  });
});
