/** What a process that opens a network leaves in its home and its temporary folder: ONNX Runtime's telemetry would leave a number of the machine. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { realModel } from './real-model.js';

const library = new URL('../dist/index.js', import.meta.url).href;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftuseg-telemetry-'));
  await writeFile(join(folder, 'model.onnx'), realModel());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a module whose `argv[1]` is the model, without any variable of ours, and says which files it left. */
async function filesLeftBy(module: string): Promise<string[]> {
  const places = await mkdtemp(join(folder, 'places-'));
  const [home, temporary] = [join(places, 'home'), join(places, 'tmp')];
  await Promise.all([mkdir(home), mkdir(temporary)]);
  const env = { PATH: process.env.PATH, HOME: home, TMPDIR: temporary };
  const run = ['--input-type=module', '-e', module, join(folder, 'model.onnx')];
  await promisify(execFile)(process.execPath, run, { env, cwd: new URL('..', import.meta.url) });
  const left = await readdir(places, { recursive: true, withFileTypes: true });
  return left.filter((entry) => entry.isFile()).map(({ name }) => name);
}

const open = `
  const { loadModel } = await import(${JSON.stringify(library)});
  await (await loadModel(process.argv[1])).close();
`;
const inThread = `
  import { Worker } from 'node:worker_threads';
  const thread = new Worker(${JSON.stringify(`(async () => { ${open} })()`)}, { eval: true, argv: process.argv.slice(1) });
  thread.on('error', (error) => { console.error(error.message); process.exit(7); });
`;

describe('opening a network', () => {
  it('leaves nothing behind', async () => {
    expect(await filesLeftBy(open)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('differs in that from ONNX Runtime by itself', async () => {
    const bare = `
      import { InferenceSession } from 'onnxruntime-node';
      await (await InferenceSession.create(process.argv[1])).release();
    `;
    expect(await filesLeftBy(bare)).toContain('deviceid');
  });

  it('is refused in a thread whose process did not turn telemetry off', async () => {
    await expect(filesLeftBy(inThread)).rejects.toMatchObject({
      code: 7,
      stderr: expect.stringMatching(/would report its use[\s\S]*ORT_DISABLE_TELEMETRY=1/),
    });
  });

  it('works in a thread whose process did', async () => {
    expect(await filesLeftBy(`process.env.ORT_DISABLE_TELEMETRY = '1';${inThread}`)).toEqual([]);
  });
});
