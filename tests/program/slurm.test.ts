/** `ftu run --on slurm` with programs in the place of Slurm's that keep what they are asked. With a real Slurm: `make cluster-test-slurm`. */
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beginAttempt, lockFolder } from '@ftuseg/files';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentsOf, differences } from '../../packages/cli/scripts/kills/contents.mjs';
import { ftu } from '../../packages/cli/tests/run.js';
import { convolutionModel } from '../convolution-model.js';
import { looksEverywhere } from '../random-model.js';

let folder: string;
const path = process.env.PATH;
const at = (...names: string[]): string => join(folder, ...names);

const recipe = `name: slurm
slides:
  all: { table: slides }
steps:
  data: { do: prepare, slides: all, micronsPerPixel: 8, tile: 64 }
  stage: { do: train, data: data, settings: { encoder: resnet18, encoderWeights: none, foldCount: 3, folds: "0,1", epochs: 1 } }
  report: { do: report }
`;

async function writeProgram(name: string, text: string): Promise<void> {
  await writeFile(at('bin', name), `#!/bin/bash\ncd '${folder}/queue' || exit\n${text}`);
  await chmod(at('bin', name), 0o755);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ftu-slurm-'));
  for (const name of ['bin', 'queue']) await mkdir(at(name));
  process.env.FTUSEG_CACHE = at('cache');
  process.env.PATH = `${at('bin')}:${path}`;
  await writeFile(at('recipe.yaml'), recipe);
  const size = ['--width', '300', '--height', '300', '--microns-per-pixel', '4'];
  expect(await ftu('synth', '--count', '3', ...size, '--seed', '2', '--out', at('slides'))).toMatchObject({ code: 0 });
  await writeProgram('scontrol', `echo 'MaxArraySize            = 1001'\n`);
  await writeProgram('squeue', `cat line-* 2>/dev/null\nexit 0\n`);
  await writeProgram('scancel', `for job; do rm -f "line-$job"; echo "$job" >> cancelled; done\n`);
  // Refuses the job whose number is in \`refused\`.
  await writeProgram(
    'sbatch',
    `number=$(($(ls | grep -c '^job-') + 41))
[ "$(cat refused 2>/dev/null)" = "$number" ] && { echo 'sbatch: error: Invalid partition name specified' >&2; exit 1; }
printf '%s\\n' "$@" > "job-$number"
env > environment
tasks=N/A
for word; do case $word in --job-name=*) name=\${word#*=} ;; --array=1-*) tasks=$(seq "\${word##*-}") ;; esac; done
for task in $tasks; do echo "$number|$task|PENDING|$name|Dependency"; done > "line-$number"
echo "$number"
`,
  );
}, 60_000);
afterAll(async () => {
  process.env.PATH = path;
  await rm(folder, { recursive: true, force: true });
});

const run = (...args: readonly string[]) =>
  ftu('run', at('recipe.yaml'), '--out', at('run'), '--threads', '1', ...args);
const submit = (...args: readonly string[]) => run('--on', 'slurm', ...args);
const job = async (number: number): Promise<string[]> =>
  (await readFile(at('queue', `job-${number}`), 'utf8')).trim().split('\n');

/** Does what Slurm does with a job. */
async function runJob(number: number) {
  const [script = '', ...args] = (await job(number)).slice(-3);
  return spawnSync('bash', [script, ...args], { env: { ...process.env, SLURM_JOB_ID: `${number}` }, encoding: 'utf8' });
}

describe('ftu predict --on slurm', () => {
  const predict = (out: string, ...more: readonly string[]) =>
    ftu('predict', '--model', at('model.onnx'), '--slides', at('mixed.csv'), '--out', at(out), ...more);

  it('leaves the bytes of `ftu predict`, which goes on from them', async () => {
    await writeFile(at('model.onnx'), convolutionModel({ weight: Array(27).fill(-0.2), bias: 2.4 }));
    const [one, two] = (await readdir(at('slides/images'))).map((name) => `slides/images/${name}`);
    await writeFile(at('mixed.csv'), `id,image,mpp\na,${one},4\nb,${two},\n`);
    // A scale for slides without one does nothing for the first, which is a unit of its own.
    // The first look is at dark places alone.
    const card = { micronsPerPixel: 16, cascade: { ...looksEverywhere, threshold: 0.5, margin: 20 } };
    await writeFile(at('coarse.onnx'), convolutionModel({ weight: Array(27).fill(-0.2), bias: 3.2 }, card));
    const scale = ['--microns-per-pixel', '4', '--downsample', '1'];
    const options = [...scale, '--cascade', at('coarse.onnx'), '--outputs', 'mask', '--threads', '1'];
    expect(await predict('plain', ...options)).toMatchObject({ code: 0 });
    const submitted = await predict('many', ...options, '--on', 'slurm', '--sbatch', '-p cpu');
    expect(submitted).toMatchObject({ code: 0, stdout: expect.stringContaining('results.gather: 1 unit, afterok 42') });
    expect(submitted.stderr).toContain(`the hosts of the jobs must see ${folder},`);
    const units = ['a', 'b'].map((id) => `predictions/slide/${id}`);
    for (const id of [...units, 'predictions/gather', 'results/gather']) {
      expect(await ftu('unit', at('many'), id, '--threads', '1')).toMatchObject({ code: 0 });
    }
    const contents = (name: string) =>
      new Map([...contentsOf(at(name))].filter(([file]) => !/^[.](run|ftu-copied)/.test(file)));
    expect(differences(contents('many'), contents('plain'))).toEqual([]);
    const shares = async (name: string) =>
      JSON.parse(await readFile(at(name, 'predictions.json'), 'utf8')).slides.map(
        ({ cascade }: { cascade?: { tissueShare: number } }) => cascade?.tissueShare,
      );
    const looked = await shares('plain');
    expect(looked).toEqual([expect.any(Number), expect.any(Number)]);
    expect(Math.min(...looked)).toBeLessThan(1);
    expect(await shares('many')).toEqual(looked);
    expect((await ftu('status', at('many'))).stdout).toContain('.run: 4 units: 4 done');
    const again = ['--on', 'slurm', '--sbatch', '-p cpu'];
    expect((await predict('many', ...options, ...again)).stdout).toContain('0 units submitted');
    const attempt = await beginAttempt(at('many/.run/.units/predictions/slide/a/0123456789abcdef'));
    expect(await predict('many', ...options)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('are at work'),
    });
    await attempt.end();
    const recipe = await readFile(at('many/.run/recipe.yaml'), 'utf8');
    expect((await predict('many', ...options)).stdout).toContain('2 of them from an earlier run');
    // Of one machine now, with these settings or others: they would pass for those of the jobs.
    for (const more of [[], ['--where', 'id=a']]) {
      expect(await predict('many', ...options, ...more, ...again)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('results of `ftu predict` on one machine, such as'),
      });
      expect(await readFile(at('many/.run/recipe.yaml'), 'utf8')).toBe(recipe);
    }
    expect((await ftu('cancel', at('many'))).stdout).toContain('cancelled jobs 41, 42, 43: 4 tasks');
    for (const name of ['job-41', 'job-42', 'job-43', 'cancelled']) await rm(at('queue', name));
  }, 60_000);

  it('changes nothing in a dry run, and where it is refused', async () => {
    await rm(at('model.onnx'), { force: true });
    await writeFile(at('model.onnx'), convolutionModel({ weight: Array(27).fill(-0.2), bias: 2.4 }));
    const options = ['--microns-per-pixel', '4', '--threads', '1', '--on', 'slurm'];
    expect(await predict('kept', ...options, '--dry-run')).toMatchObject({ code: 0 });
    await expect(readdir(at('kept'))).rejects.toThrow('ENOENT');
    expect(await predict('kept', ...options)).toMatchObject({ code: 0 });
    const files = ['recipe.yaml', '.units/run.json'];
    const texts = () => Promise.all(files.map((file) => readFile(at('kept/.run', file), 'utf8')));
    const before = await texts();
    expect(await predict('kept', ...options, '--downsample', '2', '--dry-run')).toMatchObject({ code: 0 });
    expect(await texts()).toEqual(before);
    const lock = await lockFolder(at('kept'));
    expect(await predict('kept', ...options, '--downsample', '2')).toMatchObject({ code: 1 });
    await lock.release();
    expect(await texts()).toEqual(before);
    process.env.PATH = at('queue');
    expect(await predict('kept', ...options, '--downsample', '2')).toMatchObject({ code: 1 });
    process.env.PATH = `${at('bin')}:${path}`;
    expect(await texts()).toEqual(before);
    await ftu('cancel', at('kept'));
    await rm(at('queue'), { recursive: true });
    await mkdir(at('queue'));
  }, 60_000);

  it('refuses a folder of other results, and a setting that does nothing', async () => {
    expect(await predict('plain', '--on', 'slurm')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('results of `ftu predict` on one machine'),
    });
    expect(await predict('new', '--on', 'slurm', '--outputs', 'disagreement')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is one model'),
    });
    expect(await predict('new', '--sbatch', '-p cpu')).toMatchObject({ code: 2 });
  });
});

describe('ftu run --on slurm', () => {
  it('says what it would submit', async () => {
    const { code, stdout } = await submit('--dry-run');
    expect(code).toBe(0);
    expect(stdout).toBe(`would submit  data.gather: 1 unit
would submit  stage.parts: 2 units, afterok data.gather
would submit  stage.gather: 1 unit, afterok stage.parts
would submit  report.gather: 1 unit, afterany data.gather stage.parts stage.gather
5 units to submit, 0 in the queue before, 0 done, 0 set aside
`);
  }, 60_000);

  it('withdraws everything where a job is refused, and says why', async () => {
    await writeFile(at('queue/refused'), '43');
    const { code, stderr } = await submit();
    expect(code).toBe(1);
    expect(stderr).toContain('Invalid partition name specified; jobs 41, 42 are cancelled again');
    expect((await readFile(at('queue/cancelled'), 'utf8')).trim().split('\n')).toEqual(['41', '42']);
    for (const name of ['refused', 'job-41', 'job-42']) await rm(at('queue', name));
  });

  it('submits arrays with what they need, and nothing twice', async () => {
    // As in a job from which somebody submits.
    Object.assign(process.env, { SLURM_ARRAY_TASK_ID: '7', SQUEUE_PARTITION: 'cpu', SBATCH_ACCOUNT: 'kidney' });
    const { code, stdout } = await submit('--sbatch', '-p gpu -t 8:00:00');
    for (const name of ['SLURM_ARRAY_TASK_ID', 'SQUEUE_PARTITION', 'SBATCH_ACCOUNT']) delete process.env[name];
    const environment = await readFile(at('queue/environment'), 'utf8');
    expect(environment).not.toMatch(/^(SLURM_ARRAY|SQUEUE)_/m);
    expect(environment).toContain('SBATCH_ACCOUNT=kidney');
    expect(code).toBe(0);
    expect(stdout).toContain('job 43  stage.gather: 1 unit, afterok 42\n');
    const parts = await job(42);
    expect(parts).toEqual(
      expect.arrayContaining([
        '-p',
        'gpu',
        '--array=1-2',
        '--dependency=afterok:41',
        '--kill-on-invalid-dep=yes',
        '--requeue',
        '--signal=B:USR1@120',
      ]),
    );
    expect(await readFile(parts.at(-2) ?? '', 'utf8')).toBe('stage/fold/0\nstage/fold/1\n');
    expect(await job(44)).toContain('--dependency=afterany:41:42:43');
    const again = await submit();
    expect(again.stdout).toBe('0 units submitted, 5 in the queue before, 0 done, 0 set aside\n');
  });

  it('tells how the run stands and takes its jobs back', async () => {
    expect(await runJob(41)).toMatchObject({ status: 0, stderr: expect.not.stringContaining('ftu:') });
    const { status } = JSON.parse((await ftu('status', at('run'), '--threads', '1', '--json')).stdout);
    expect(status.counts).toEqual({ done: 1, ready: 2, waiting: 2, 'set aside': 0 });
    expect(status.slurm).toHaveLength(5);
    expect((await ftu('status', at('run'), '--threads', '1')).stdout).toContain('job 43  pending Dependency: 1 task');
    const cancelled = await ftu('cancel', at('run'));
    expect(cancelled).toMatchObject({ code: 0, stdout: 'cancelled jobs 41, 42, 43, 44: 5 tasks, of which 0 ran\n' });
    expect(await ftu('cancel', at('run'))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no jobs in the queue'),
    });
  }, 60_000);

  it('does no unit of an edited recipe, and does not count its jobs', async () => {
    const { stdout } = await submit();
    expect(stdout).toContain('4 units submitted');
    // Neither a comment nor a step that is not built on is another recipe for a job.
    await writeFile(at('recipe.yaml'), `# mine\n${recipe.replace('epochs: 1', 'epochs:   2')}`);
    expect(await submit('--dry-run')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('4 units to submit, 0 in the queue before, 1 done'),
      stderr: expect.stringContaining('would cancel 45_1, 45_2'),
    });
    const refused = await runJob(45);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('was changed since the unit stage/fold/0 was handed out');
    const units = JSON.parse((await ftu('unit', at('run'), '--list', '--json')).stdout).units;
    expect(units.map(({ state }: { state: string }) => state).slice(0, 2)).toEqual(['done', 'ready']);
    await writeFile(at('recipe.yaml'), `# mine\n${recipe}`);
    expect((await submit()).stdout).toBe('0 units submitted, 4 in the queue before, 1 done, 0 set aside\n');
    await writeFile(
      at('queue/line-45'),
      (await readFile(at('queue/line-45'), 'utf8')).replaceAll('PENDING', 'RUNNING'),
    );
    await writeFile(at('recipe.yaml'), recipe.replace('epochs: 1', 'epochs: 2'));
    const other = await submit();
    expect(other.stdout).toContain('4 units submitted, 0 in the queue before, 1 done');
    expect(other.stderr).toContain('cancelled 45_1, 45_2, 46 and 1 more, whose units have other settings');
    await ftu('cancel', at('run'));
    await writeFile(at('recipe.yaml'), recipe);
  }, 60_000);

  it('refuses what cannot be, in a sentence', async () => {
    expect(await submit('--sbatch', '-p gpu --array=1-9')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('set `--array` themselves'),
    });
    expect(await run('--sbatch', '-p gpu')).toMatchObject({ code: 2 });
    process.env.PATH = at('queue');
    expect(await submit()).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no `scontrol` on the PATH'),
    });
  });
});
