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
  'studio',
];

describe('a file to write that cannot be written', () => {
  it.each([
    ['tune', '--run', 'gone', '--out'],
    ['calibrate', '--model', 'gone.onnx', '--slides', 'gone.csv', '--out'],
    ['evaluate', '--truth', 'gone.csv', '--predictions', 'gone', '--csv'],
    ['export', '--weights', 'gone.safetensors'],
    ['info', 'gone.svs', '--thumbnail'],
    ['train', '--data', 'gone', '--out', 'x', '--preview'],
  ])('is said before any work: %s', async (...args) => {
    const missing = await ftu(...args, '/nowhere/at/all.file');
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('/nowhere/at/all.file: the folder /nowhere/at does not exist; make it first');
    expect((await ftu(...args, '/tmp')).stderr).toContain('/tmp: cannot be written: it is a folder');
  });
});

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
    // A name, what it takes, and what it is for: beside it, or below where the name is long.
    for (const line of flags) expect(line).toMatch(/^ {2}--\S+( \S+)?(\s{2,}\S|$)/);
  });

  it.each([
    { args: ['segment'], says: /unknown command 'segment'/ },
    { args: ['synth'], says: /needs --out/ },
    { args: ['synth', '--out', 'x', '--cuont', '3'], says: /unknown option '--cuont'.*--count/s },
    { args: ['synth', '--out', 'x', '--count', 'three'], says: /--count takes a number, not "three"/ },
    { args: ['synth', '--out', 'x', '--count', '0'], says: /--count: give a number of at least 1, not 0/ },
    { args: ['synth', '--out'], says: /argument missing/ },
    { args: ['predict', '--model', 'm', '--slides', 's', '--out', 'o', '--views', 'five'], says: /--views: .*none/ },
    { args: ['evaluate', 'stray', '--truth', 'a', '--predictions', 'b'], says: /too many arguments/ },
    { args: ['train', '--data', 'a', '--out', 'b', '--set', 'zoom'], says: /--set takes NAME=VALUE/ },
    {
      args: ['train'],
      says: /ftu train needs --data DIR and --out DIR, or --config FILE with them, or --resume DIR: ftu train --data/,
    },
    { args: ['train', '--data', 'a', '--out', 'b', '--set', '__proto__.x=1'], says: /"__proto__" cannot be a name/ },
    { args: ['train', '--data', 'a', '--out', 'b', '--set', 'augment.constructor.x=1'], says: /cannot be a name/ },
    { args: ['synth', '--out', 'a', '--out', 'b'], says: /--out is given twice: "a" and "b"/ },
    { args: ['evaluate'], says: /ftu evaluate needs --truth PATH and --predictions PATH: ftu evaluate --truth/ },
    { args: ['tune'], says: /ftu tune needs --run DIR or --model FILE: ftu tune --run/ },
    { args: ['run'], says: /needs a RECIPE/ },
    {
      args: ['predict', '--device', 'cuad', '--model', 'm', '--slides', 's', '--out', 'o'],
      says: /one of cpu, .*did you mean "cuda"/,
    },
    {
      args: ['prepare', '--slides', 's', '--out', 'o', '--tile-size', '33'],
      says: /--tile-size: give a multiple of 32, not 33/,
    },
    { args: ['synth', '--\u001b[2Kx'], says: /unknown option '--\\u001b\[2Kx'/ },
    { args: ['synth', '--count', '3', 'x.tif'], says: /--count is for --out DIR/ },
    {
      args: ['tiles', '--data', 'd', '--out', 'o', '--format', 'png', '--records-per-file', '4'],
      says: /--records-per-file is for --format tfrecord/,
    },
    { args: ['run', 'x.yaml', '--schema'], says: /RECIPE would do nothing: --schema prints/ },
    { args: ['run', 'x.yaml', '--explain', '--dry-run'], says: /--dry-run would do nothing: --explain prints/ },
    { args: ['run', 'x.yaml', '--explain', '--threads', '2'], says: /--threads would do nothing/ },
    { args: ['demo', '--encoder-weights', 'imagenet'], says: /--encoder-weights is for --data/ },
    {
      args: ['convert', 'a.svs', 'b.tif', '--compression', 'deflate', '--quality', '9'],
      says: /--quality is for --compression jpeg/,
    },
    { args: ['convert', 'a.svs', 'b.tif', '--where', 'id=a'], says: /--where is for a slide table/ },
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
