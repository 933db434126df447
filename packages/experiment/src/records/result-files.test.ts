import { appendFile, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { lostResult, writeResultFiles } from './result-files.js';

it('misses what is gone or cut off, and nothing that has grown', async () => {
  const step = await mkdtemp(join(tmpdir(), 'ftu-results-'));
  onTestFinished(() => rm(step, { recursive: true }));
  await mkdir(join(step, 'run'));
  const [model, other] = [join(step, 'run/model.onnx'), join(step, 'run/other')];
  for (const path of [model, other]) await writeFile(path, 'weights');
  await writeResultFiles(step, [model, join(step, 'run')]);
  expect(await lostResult(step)).toBeUndefined();
  await appendFile(model, 'a calibrated card');
  expect(await lostResult(step)).toBeUndefined();
  await truncate(model, 3);
  expect(await lostResult(step)).toBe('run/model.onnx has 3 bytes, not 7');
  await rm(other);
  expect(await lostResult(step)).toBe('run/model.onnx has 3 bytes, not 7, and 1 more');
});
