/** The lock of an output folder, with real processes: two at once, killed ones, two containers, a host whose locks are not seen here. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeFiles } from '../native.js';
import { holderText, newHolder } from './holder.js';
import { inLockedFolder, lockFileName, lockFolder } from './lock-folder.js';

const library = fileURLToPath(new URL('../../dist/index.js', import.meta.url));
const script = `
  const { lockFolder } = await import(${JSON.stringify(library)});
  try {
    const lock = await lockFolder(process.argv[1]);
    process.stdout.write('held\\n');
    if (process.argv[2] === 'block') for (;;);
    process.stdin.once('data', async () => { await lock.release(); process.exit(0); });
    lock.lost.addEventListener('abort', () => { process.stdout.write('lost\\n'); process.exit(3); });
  } catch (error) {
    process.stdout.write(error.message + '\\n');
    process.exit(1);
  }`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-lock-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const started: ChildProcess[] = [];
afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

interface Options {
  readonly mode?: string;
  readonly native?: boolean;
  /** In a PID namespace of its own, with the same process numbers as any other. */
  readonly apart?: boolean;
}

/** A process that asks for the folder. @returns it, and the first line that it says */
async function ask(name: string, { mode = '', native = true, apart = false }: Options = {}) {
  const node = [process.execPath, '--input-type=module', '-e', script, join(folder, name), mode];
  const [program = '', ...args] = apart
    ? ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', ...node]
    : node;
  const env = { ...process.env, FTUSEG_FILES_NATIVE: native ? '1' : '0' };
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  started.push(child);
  const said = await new Promise<string>((resolve) =>
    child.stdout.once('data', (text) => resolve(String(text).trim())),
  );
  return { child, said };
}

const canUnshare = spawnSync('unshare', ['--pid', '--fork', '--mount-proc', 'true']).status === 0;

describe.concurrent.each([
  ['by the lock of the system', true],
  ['by process numbers alone', false],
])('between two processes, %s', (_, native) => {
  it('sends the second away with a sentence, and leaves nothing', async () => {
    const name = `two-${native}`;
    const first = await ask(name, { native });
    expect(first.said).toBe('held');
    const second = await ask(name, { native });
    expect(second.said).toMatch(
      new RegExp(`process ${first.child.pid} on host ".+" has been writing here since .+; wait until it has ended`),
    );
    first.child.stdin.write('x');
    await once(first.child, 'close');
    expect(existsSync(join(folder, name))).toBe(false);
    expect((await ask(name, { native })).said).toBe('held');
  });

  it('is free at once when its holder was killed', async () => {
    const name = `killed-${native}`;
    for (let i = 0; i < 3; i++) {
      const began = performance.now();
      const { child, said } = await ask(name, { native });
      expect(said).toBe('held');
      child.kill('SIGKILL');
      await once(child, 'close');
      expect(performance.now() - began).toBeLessThan(8000);
    }
    const lock = await lockFolder(join(folder, name));
    await lock.release();
    expect((await readdir(join(folder, name))).filter((file) => file.startsWith('.ftu-lock'))).toEqual([]);
  });

  it('lets one of many have it', async () => {
    const name = `many-${native}`;
    const said = (await Promise.all(Array.from({ length: 6 }, () => ask(name, { native })))).map((one) => one.said);
    expect(said.filter((text) => text === 'held')).toHaveLength(1);
  });
});

describe.runIf(canUnshare).concurrent('between containers with the same process numbers', () => {
  it.each([true, false])(
    'sends the second away (native: %s)',
    async (native) => {
      const name = `apart-${native}`;
      const first = await ask(name, { apart: true, native });
      expect(first.said).toBe('held');
      const record: unknown = JSON.parse(await readFile(join(folder, name, lockFileName), 'utf8'));
      const second = await ask(name, { apart: true, native, mode: 'block' });
      expect(record).toMatchObject({ process: 1 });
      expect(second.said).toContain('process 1 on host');
    },
    30_000,
  );

  it.runIf(nativeFiles !== undefined)('is free at once when a holder was killed', async () => {
    const first = await ask('apart-killed', { apart: true });
    first.child.kill('SIGKILL');
    await once(first.child, 'close');
    const began = performance.now();
    expect((await ask('apart-killed', { apart: true })).said).toBe('held');
    expect(performance.now() - began).toBeLessThan(5000);
  });
});

describe.concurrent('a holder on another host whose locks are not seen here', () => {
  const foreign = (beat: number): string =>
    holderText({
      ...newHolder(true),
      token: '.ftu-00000000-1-1-000000000000.tmp',
      host: 'elsewhere',
      kernel: 'other',
      beat,
    });

  it('is dead when it gives no sign of life', async () => {
    const path = join(folder, 'silent', lockFileName);
    await mkdir(join(folder, 'silent'));
    await writeFile(path, foreign(7));
    const lock = await lockFolder(join(folder, 'silent'));
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ process: process.pid });
    await lock.release();
  }, 30_000);

  it('is alive while it beats, and waiting can be stopped', async () => {
    const path = join(folder, 'beating', lockFileName);
    await mkdir(join(folder, 'beating'));
    await writeFile(path, foreign(0));
    let beat = 0;
    const timer = setInterval(() => void writeFile(path, foreign(++beat)), 700);
    const refused = lockFolder(join(folder, 'beating'));
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', problem: expect.stringContaining('elsewhere') });
    clearInterval(timer);
    const stopped = lockFolder(join(folder, 'beating'), { signal: AbortSignal.timeout(100) });
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  }, 30_000);
});

it('beats although the main thread never rests', async () => {
  await ask('blocked', { mode: 'block' });
  const beat = async (): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, 'blocked', lockFileName), 'utf8')).beat;
  const before = await beat();
  await expect.poll(beat, { timeout: 8000 }).not.toBe(before);
});

it('says that the folder was taken away, and leaves the other lock alone', async () => {
  const place = join(folder, 'taken-away');
  const path = join(place, lockFileName);
  const work = inLockedFolder(place, {}, async (signal) => {
    await rm(path);
    await writeFile(path, 'of another');
    while (!signal.aborted) await setTimeout(50);
    throw new Error('stopped');
  });
  await expect(work).rejects.toMatchObject({ code: 'unavailable', problem: expect.stringContaining('taken away') });
  expect(existsSync(path)).toBe(true);
}, 15_000);

it('names a folder that cannot be written to', async () => {
  await expect(lockFolder('/proc')).rejects.toMatchObject({ code: 'io', subject: '/proc' });
});
