/** Signals, closed outputs and small ceilings, with real processes: what `ftu` does when its surroundings fail it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { raster } from '@ftuseg/core';
import { writePng } from '@ftuseg/slide';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convolutionModel } from '../convolution-model.js';
import { endlessModel } from '../endless-model.js';
import { few } from '../long.js';

const main = fileURLToPath(new URL('../../packages/cli/bin/ftu.js', import.meta.url));
const hasNative = existsSync(new URL('../../packages/cli/build/Release/ftuseg_stop.node', import.meta.url));

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-stopping-'));
  await writeFile(at('endless.onnx'), endlessModel());
  const ones = new Array<number>(27).fill(0.1);
  await writeFile(at('quick.onnx'), convolutionModel({ weight: ones, bias: -1 }, { downsample: 1 }));
  const tissue = Uint8Array.from({ length: 200 * 150 * 3 }, (_, i) => [180, 60 + (i % 50), 140][i % 3] ?? 0);
  await writePng(at('slide.png'), raster(200, 150, 3, tissue));
  await writeFile(at('slides.csv'), 'id,image\nslide,slide.png\n');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

interface Started {
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
}

function start(
  args: readonly string[],
  {
    env = {},
    node = [],
    onStart,
  }: { env?: Record<string, string>; node?: string[]; onStart?: (child: ReturnType<typeof spawn>) => void } = {},
): Started {
  const child = spawn(process.execPath, [...node, main, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += String(text);
  });
  child.stdout.on('data', () => undefined);
  const ended = new Promise<Ended>((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stderr })));
  onStart?.(child);
  return { ended, kill: (signal) => child.kill(signal) };
}

const predict = (model: string, out: string): string[] => [
  'predict',
  '--model',
  at(model),
  '--slides',
  at('slides.csv'),
  '--out',
  at(out),
  '--include-background',
  '--threads',
  '2',
];

/** Waits until the network has its first tiles: the folder of the slide's bands is there. */
async function untilPredicting(out: string): Promise<void> {
  while (!existsSync(at(`${out}/unfinished/slide/plan.json`))) await setTimeout(10);
  await setTimeout(200);
}

describe.concurrent('a network that never ends', () => {
  it.each(
    few(
      [
        ['SIGINT', 130],
        ['SIGTERM', 143],
        ['SIGHUP', 129],
      ] as const,
      2,
    ),
  )('is left on %s with exit code %d', async (signal, code) => {
    const run = start(predict('endless.onnx', signal));
    await untilPredicting(signal);
    run.kill(signal);
    expect(await run.ended).toMatchObject({ code, stderr: expect.stringContaining('what was finished is kept') });
  });

  it('is left at once on a second Ctrl-C', async () => {
    const run = start(predict('endless.onnx', 'twice'));
    await untilPredicting('twice');
    run.kill('SIGINT');
    await setTimeout(150);
    run.kill('SIGINT');
    expect(await run.ended).toMatchObject({ code: 130 });
  });

  it('is left without the native part by a death that shells report alike', async () => {
    const run = start(predict('endless.onnx', 'plain'), { env: { FTUSEG_CLI_NATIVE: '0' } });
    await untilPredicting('plain');
    run.kill('SIGTERM');
    expect(await run.ended).toMatchObject({ code: null, signal: 'SIGTERM' });
  });
});

it.skipIf(!hasNative)('ends although the main thread never returns', async () => {
  const block = `import { writeFileSync } from 'node:fs';
    setInterval(() => {
      if (process.listenerCount('SIGTERM') === 0) return;
      writeFileSync(${JSON.stringify(at('blocked'))}, '');
      for (;;);
    }, 5);`;
  const run = start(predict('endless.onnx', 'blocked-out'), {
    node: ['--import', `data:text/javascript,${encodeURIComponent(block)}`],
  });
  while (!existsSync(at('blocked'))) await setTimeout(10);
  run.kill('SIGTERM');
  expect(await run.ended).toMatchObject({ code: 143, stderr: expect.stringContaining('stopped at once') });
});

describe.concurrent('the studio', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('ends in order on %s with exit code %d, also while pages are connected', async (signal, code) => {
    let run: Started | undefined;
    const address = await new Promise<string>((resolve) => {
      run = start(['studio', at('slides.csv'), '--no-open', '--work', at(`work-${signal}`)], {
        onStart: (child) => child.stdout?.on('data', (text) => resolve(String(text).trim())),
      });
    });
    // Kept alive, as a browser's connection is.
    expect((await fetch(address)).status).toBe(200);
    run?.kill(signal);
    expect(await run?.ended).toMatchObject({ code, stderr: expect.stringContaining('the studio has ended') });
    expect(existsSync(at(`work-${signal}/.ftu-lock`))).toBe(false);
  });
});

it('stops in order where it can, and takes its temporary files with it', async () => {
  const run = start(['convert', at('slide.png'), at('copy.tif')]);
  run.kill('SIGINT');
  const { code } = await run.ended;
  // As early as this the program may not have begun to listen: the system ends it then.
  expect([0, 130, null]).toContain(code);
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

describe.concurrent('outputs that go away', () => {
  it.each(['stdout', 'stderr'] as const)('does its work with %s closed', async (name) => {
    // A file that is passed over gives a remark on standard error.
    const out = `closed-${name}`;
    const run = start(
      ['predict', '--model', at('quick.onnx'), '--slides', folder, '--out', at(out), '--include-background'],
      {
        onStart: (child) => child[name]?.destroy(),
      },
    );
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(await readFile(at(`${out}/submission.csv`), 'utf8')).toContain('slide,');
  });

  it.skipIf(process.platform !== 'linux')('says that results cannot be printed on a full disk', async () => {
    const shell = spawn('sh', ['-c', `"${process.execPath}" "${main}" run --schema > /dev/full`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    shell.stderr.on('data', (text) => {
      stderr += String(text);
    });
    const code = await new Promise((resolve) => shell.on('close', resolve));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'ftu: standard output: cannot be written: the disk is full; free some space or choose another folder.\n',
    });
  });
});
