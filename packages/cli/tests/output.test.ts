/** How much is said and where: --quiet, --verbose, --json, colours, widths, and options under their old names. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raster } from '@ftuseg/core';
import { writePng } from '@ftuseg/slide';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runFtu } from '../src/program.js';
import { ftu, type Outcome } from './run.js';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-output-'));
  const tissue = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => [180, 60, 140][i % 3] ?? 0);
  await writePng(at('a.png'), raster(64, 64, 3, tissue));
  await writePng(at('mask.png'), raster(64, 64, 1, new Uint8Array(64 * 64).fill(1, 64 * 32)));
  await writeFile(at('slides.csv'), 'id,image,mask\na,a.png,mask.png\n');
  await writePng(at('blank.png'), raster(64, 64, 3, new Uint8Array(64 * 64 * 3).fill(240)));
  await writePng(at('empty.png'), raster(64, 64, 1, new Uint8Array(64 * 64)));
  await writeFile(at('blank.csv'), 'id,image,mask\nblank,blank.png,empty.png\n');
});
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rm(folder, { recursive: true, force: true }));

const prepare = (table: string, ...more: string[]): Promise<Outcome> =>
  ftu('prepare', '--slides', at(table), '--out', at(`data-${table}`), '--downsample', '1', ...more);

/** As on a terminal of so many columns. */
async function onTerminal(columns: number, ...args: string[]): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const code = await runFtu(args, {
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    isTerminal: true,
    columns,
  });
  return { code, stdout, stderr };
}

describe('how much is said', () => {
  it('is one JSON document with --json', async () => {
    const { code, stdout } = await prepare('slides.csv', '--tile-size', '64', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ out: at('data-slides.csv'), slides: 1, tiles: 1, warnings: [] });
  });

  it.each([
    { args: ['info', 'gone.svs', '--json'], error: { code: 'not-found', subject: 'gone.svs', exitCode: 1 } },
    { args: ['info', '--json'], error: { code: 'usage', exitCode: 2 } },
    { args: ['info', '--jsno', '--json'], error: { code: 'usage', exitCode: 2 } },
  ])('is an error as one line of JSON on standard error: $args', async ({ args, error }) => {
    const { code, stdout, stderr } = await ftu(...args);
    expect([code, stdout]).toEqual([error.exitCode, '']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { ...error, message: expect.any(String) } });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('is errors and results with --quiet, and what makes the exit code 3', async () => {
    const renamed = await prepare('slides.csv', '--tile', '64', '--quiet');
    expect(renamed).toEqual({ code: 0, stdout: `1 slide and 1 tile in ${at('data-slides.csv')}\n`, stderr: '' });
    const warned = await prepare('blank.csv', '--tile-size', '64', '--quiet');
    expect(warned.code).toBe(3);
    expect(warned.stderr).toMatch(/^warning: no tile of slide blank is listed/);
  });

  it('is also options, time and memory with --verbose, and the cause of an error', async () => {
    const { stderr } = await prepare('slides.csv', '--tile-size', '64', '--verbose');
    expect(stderr).toMatch(/^ftu prepare \{"slides":/);
    expect(stderr).toMatch(/\d+\.\d s, at most \d+ MiB of memory\n$/);
    const failed = await ftu('info', at('gone.svs'), '--verbose');
    expect(failed.stderr).toMatch(/because of .*ENOENT/);
    expect(await ftu('doctor', '--verbose', '--quiet')).toMatchObject({ code: 2 });
  });
});

describe('options under their old names', () => {
  it.each([
    ['prepare', '--tile', '--tile-size', ['--slides', 'x', '--out', 'y', '--tile', '33']],
    ['tiles', '--all', '--include-background', ['--data', 'x', '--out', 'y', '--format', 'png', '--all']],
    ['predict', '--peak', '--hysteresis', ['--model', 'x', '--slides', 'y', '--out', 'z', '--peak', '0.8']],
    ['tune', '--split', '--split-touching', ['--run', 'x', '--split']],
  ])('%s %s is %s, with a word', async (command, before, now, args) => {
    const { stderr } = await ftu(command, ...args);
    const note = `${before} is now called ${now}; the old name goes away with the next version\n`;
    expect(stderr.startsWith(note)).toBe(true);
    expect(stderr).not.toMatch(/unknown option|given twice/);
    const { stdout } = await ftu(command, '--help');
    expect(stdout).toMatch(new RegExp(`^  ${now}\\b`, 'm'));
    expect(stdout).not.toMatch(new RegExp(`^  ${before} `, 'm'));
  });

  it('are not given beside the new ones', async () => {
    const { code, stderr } = await prepare('slides.csv', '--tile', '64', '--tile-size', '64');
    expect([code, stderr]).toEqual([2, 'ftu: --tile is the former name of --tile-size: give one of them\n']);
  });
});

/** Letters of the longest line of the help, but for the usage and the examples, which are to be copied. */
function widestOption(help: string): number {
  const [, ...lines] = (help.split('Examples:')[0] ?? '').split('\n');
  return Math.max(...lines.map((line) => line.length));
}

describe('a terminal', () => {
  const ESCAPE = '\u001b[';

  it.each([60, 90, 140])('of %d columns gets help as wide as it is, at most', async (columns) => {
    vi.stubEnv('NO_COLOR', '1');
    const { stdout } = await onTerminal(columns, 'predict', '--help');
    const widest = widestOption(stdout);
    expect(widest).toBeLessThanOrEqual(columns);
    expect(widest).toBeGreaterThan(columns - 12);
  });

  it('is as wide as the shell says in COLUMNS', async () => {
    vi.stubEnv('COLUMNS', '70');
    expect(widestOption((await ftu('train', '--help')).stdout)).toBeLessThanOrEqual(70);
  });

  it('gets colours, unless NO_COLOR says no; nothing else does', async () => {
    vi.stubEnv('NO_COLOR', '');
    vi.stubEnv('TERM', 'xterm');
    expect((await onTerminal(80, 'info', '--help')).stdout).toContain(`${ESCAPE}1mExamples:`);
    expect((await onTerminal(80, 'info', 'gone.svs')).stderr).toContain(`${ESCAPE}31mftu:`);
    expect((await ftu('info', '--help')).stdout).not.toContain(ESCAPE);
    expect((await ftu('info', 'gone.svs')).stderr).not.toContain(ESCAPE);
    vi.stubEnv('NO_COLOR', '1');
    expect((await onTerminal(80, 'info', '--help')).stdout).not.toContain(ESCAPE);
    expect((await onTerminal(80, 'info', 'gone.svs')).stderr).not.toContain(ESCAPE);
  });
});
