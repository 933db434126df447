/** Wrong usage exits 2 with one sentence; help exits 0 and names every flag. */
import { describe, expect, it } from 'vitest';
import { ftu } from './run.js';

const commands = [
  'info',
  'convert',
  'synth',
  'prepare',
  'train',
  'predict',
  'evaluate',
  'export',
  'doctor',
  'demo',
  'tune',
  'run',
  'tiles',
  'publish',
];

describe('usage', () => {
  it('lists every command', async () => {
    const { code, stdout } = await ftu('--help');
    expect(code).toBe(0);
    for (const name of commands) expect(stdout).toContain(`  ${name} `);
  });

  it.each(commands)('%s --help exits 0 and describes each flag', async (name) => {
    const { code, stdout } = await ftu(name, '--help');
    expect(code).toBe(0);
    const flags = stdout.split('\n').filter((line) => /^ {2}--/.test(line));
    expect(flags.length).toBeGreaterThan(0);
    for (const line of flags) expect(line).toMatch(/^ {2}--\S+( <.+>)?\s{2,}\S|^ {2}--\S+ <.+>$/);
  });

  it.each([
    { args: ['segment'], says: /unknown command 'segment'/ },
    { args: ['synth'], says: /needs --out/ },
    { args: ['synth', '--out', 'x', '--cuont', '3'], says: /unknown option '--cuont'.*--count/s },
    { args: ['synth', '--out', 'x', '--count', 'three'], says: /--count takes a number, not "three"/ },
    { args: ['synth', '--out', 'x', '--count', '0'], says: /--count: .*>=1/ },
    { args: ['synth', '--out'], says: /argument missing/ },
    { args: ['predict', '--model', 'm', '--slides', 's', '--out', 'o', '--views', 'five'], says: /--views: .*none/ },
    { args: ['evaluate', 'stray', '--truth', 'a', '--predictions', 'b'], says: /too many arguments/ },
    { args: ['train', '--data', 'a', '--out', 'b', '--set', 'zoom'], says: /--set takes NAME=VALUE/ },
    { args: ['export', '--weights', 'w'], says: /needs --?OUT|needs .*out|missing required argument 'out'/i },
  ])('$args exits 2', async ({ args, says }) => {
    const { code, stdout, stderr } = await ftu(...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(says);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('doctor says what works', async () => {
    const { code, stdout } = await ftu('doctor', '--json');
    expect(code).toBe(0);
    const names = (JSON.parse(stdout) as { name: string }[]).map((item) => item.name);
    expect(names).toEqual(expect.arrayContaining(['prediction', 'training', 'images']));
  });
});
