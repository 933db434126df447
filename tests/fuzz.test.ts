/** A thousand of the inputs that `make fuzz` makes by the million; in processes of their own, where a crash or a hang is a failed test. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const script = fileURLToPath(new URL('fuzz/fuzz.mjs', import.meta.url));

it('every reader ends in a result or in a sentence, whatever it is given', { timeout: 300_000 }, async () => {
  const out = await mkdtemp(join(tmpdir(), 'ftuseg-fuzz-failures-'));
  const { stdout } = await run(process.execPath, [script, '--count', '1200', '--seed', '20261127', '--out', out]);
  expect(stdout).toMatch(/^seed 20261127: 1200 executions of .*slide.*geojson.*rle.*onnx.*recipe/);
  expect(stdout).toMatch(/seed 20261127: 12\d{2} executions, none failed/);
  await rm(out, { recursive: true });
});

it('names its targets where one is mistyped', async () => {
  await expect(run(process.execPath, [script, '--target', 'rel'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('there are the targets slide, '),
  });
});
