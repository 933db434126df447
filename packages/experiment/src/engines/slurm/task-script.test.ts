/** The batch script in a real shell, with a program that ends as it is told and a `scontrol` that keeps what it was asked. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { taskScript } from './task-script.js';

let folder: string;
const at = (name: string): string => join(folder, name);

async function writeProgram(name: string, text: string): Promise<void> {
  await writeFile(at(name), `#!/bin/bash\n${text}`);
  await chmod(at(name), 0o755);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ftuseg it's a task-"));
  await writeProgram('scontrol', `echo "$@" >> '${folder.replaceAll("'", "'\\''")}/asked'\n`);
  // Ends with the number in the name of its unit; \`slow\` ends with 75 when it is warned.
  await writeProgram(
    'program',
    `echo "$3" >> "$2/done"
echo "\${@:4}" >> "$2/told"
case $3 in
  slow) trap 'exit 75' USR1; touch "$2/started"; for _ in {1..200}; do sleep 0.05; done ;;
  killed) kill -9 $$ ;;
  *) exit "$3" ;;
esac
`,
  );
  await writeFile(at('task.sh'), taskScript({ out: folder, program: [at('program')], options: ['--threads', '1'] }));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const environment = (restarts: number) => ({
  PATH: `${folder}:${process.env.PATH}`,
  SLURM_JOB_ID: '38',
  SLURM_ARRAY_JOB_ID: '36',
  SLURM_ARRAY_TASK_ID: '2',
  SLURM_RESTART_COUNT: String(restarts),
});

const asked = (): Promise<string> => readFile(at('asked'), 'utf8').catch(() => '');

async function task(units: readonly string[], restarts = 0): Promise<number | null> {
  await writeFile(at('list.units'), `first\n${units.join('\t')}\nthird\n`);
  return spawnSync('bash', [at('task.sh'), at('list.units'), 'a1'], { env: environment(restarts) }).status;
}

describe('the batch script', () => {
  it('does the units of its line, and ends well when all have', async () => {
    expect(await task(['0', '0'])).toBe(0);
    expect(await readFile(at('done'), 'utf8')).toBe('0\n0\n');
    expect(await readFile(at('told'), 'utf8')).toBe('--step-digest a1 --threads 1\n'.repeat(2));
    expect(await asked()).toBe('');
  });

  it('goes on with the others after a failure, and then fails', async () => {
    expect(await task(['1', '0'])).toBe(1);
    expect(await readFile(at('done'), 'utf8')).toBe('1\n0\n');
    expect(await asked()).toBe('');
  });

  it.each(['75', 'killed', '127'])('puts its own task back, and no other of the array, after %s', async (unit) => {
    expect(await task([unit, '0'])).toBe(0);
    expect(await asked()).toBe('requeue 36_2\n');
    expect(await task([unit], 10)).toBe(1);
    expect(await asked()).toBe('requeue 36_2\n');
  });

  it('sets a unit aside that was killed each time', async () => {
    await writeProgram('program', `echo "$@" >> "$2/done"\n[ "$6" = --set-aside ] || kill -9 $$\n`);
    expect(await task(['killed'], 10)).toBe(1);
    const [, last] = (await readFile(at('done'), 'utf8')).trim().split('\n');
    expect(last).toMatch(/^unit .* killed --step-digest a1 --set-aside it was killed .* at last with exit code 137$/);
  });

  it('fails where it cannot be put back', async () => {
    await writeProgram('scontrol', 'exit 1\n');
    expect(await task(['75'])).toBe(75);
  });

  it('asks again where the controller does not answer, for as long as it may', async () => {
    const down = `'${at('down').replaceAll("'", "'\\''")}'`;
    await writeProgram('sleep', `rm -f ${down}\n`);
    const refuses = "echo 'Unable to contact slurm controller (connect failure)' >&2; exit 1";
    const asks = await readFile(at('scontrol'), 'utf8');
    await writeProgram('scontrol', `[ -e ${down} ] && { ${refuses}; }\n${asks}`);
    await writeFile(at('down'), '');
    expect(await task(['75'])).toBe(0);
    expect(await asked()).toBe('requeue 36_2\n');
    const impatient = { out: folder, program: [at('program')], options: [], patience: 0 };
    await writeFile(at('task.sh'), taskScript(impatient));
    await writeFile(at('down'), '');
    expect(await task(['75'])).toBe(75);
  });

  it('hands the warning on, begins no further unit and puts the task back', async () => {
    await writeFile(at('list.units'), 'first\nslow\t0\n');
    const child = spawn('bash', [at('task.sh'), at('list.units'), 'a1'], { env: environment(9), stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', resolve));
    while (!existsSync(at('started'))) await setTimeout(20);
    child.kill('SIGUSR1');
    expect(await ended).toBe(0);
    expect(await readFile(at('done'), 'utf8')).toBe('slow\n');
    expect(await asked()).toBe('requeue 36_2\n');
  });

  it('fails where the file has no line for it', async () => {
    expect(await task([])).toBe(1);
  });
});
