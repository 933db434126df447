import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeQueueFile } from '../queue-file.js';
import type { QueuedRun } from '../registry.js';
import { placeOfRun } from './served-run.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ftu-served-'));
  await mkdir(join(root, 'runs/small'), { recursive: true });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const identity = { host: 'lab-2', version: '0.1.0', code: 'aa', root: undefined };

it('a worker does runs of its own code that it sees, and says what is wrong with others', async () => {
  const { token } = await writeQueueFile(join(root, 'runs/small'), 'redis://lab:6379');
  const place = { run: 'runs/small', root, host: 'lab', session: 's', seen: 0, unitOptions: [] };
  const run: QueuedRun = { format: 1, ...place, version: '0.1.0', code: 'aa' };
  expect(await placeOfRun(token, run, identity)).toEqual({ run, out: join(root, 'runs/small') });
  const refusal = async (other: Partial<QueuedRun>, more: { readonly root?: string } = {}, of = token) => {
    const found = await placeOfRun(of, { ...run, ...other }, { ...identity, ...more });
    return 'refusal' in found ? found.refusal : undefined;
  };
  expect(await refusal({ code: 'bb' })).toContain(
    'of ftuseg 0.1.0 with code bb, and this worker on lab-2 is ftuseg 0.1.0 with code aa',
  );
  expect(await refusal({ version: '0.2.0' })).toContain('of ftuseg 0.2.0');
  expect(await refusal({}, { root: tmpdir() })).toContain(`the run runs/small is not there below the root ${tmpdir()}`);
  expect(await refusal({}, {}, 'another')).toContain('is another run below the root');
  expect(await placeOfRun(token, undefined, identity)).toHaveProperty(
    'refusal',
    expect.stringContaining('does not understand'),
  );
});

it('a run keeps its name, and a copy of its folder gets another', async () => {
  const [out, copy] = [join(root, 'runs/small'), join(root, 'runs/copy')];
  const first = await writeQueueFile(out, 'redis://lab:6379');
  expect((await writeQueueFile(out, 'redis://other:6379')).token).toBe(first.token);
  await cp(out, copy, { recursive: true });
  expect((await writeQueueFile(copy, 'redis://lab:6379')).token).not.toBe(first.token);
});
