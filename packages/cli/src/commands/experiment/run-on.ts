/** `ftu run --on`: hands the units of a recipe to a scheduler instead of doing them here. */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import {
  type CheckedRecipe,
  refuseOutside,
  type Submission,
  submitToSlurm,
  type UnitOptions,
  writeUnitRun,
} from '@ftuseg/experiment';
import type { CommandContext } from '../../parser/command.js';

export const engines = ['slurm'] as const;

/** The program as it is built, found from `src/` and from `dist/` alike. */
const main = fileURLToPath(new URL('../../../bin/ftu.js', import.meta.url));

export interface AskedSubmission extends Pick<UnitOptions, 'out' | 'root' | 'device' | 'threads' | 'trustCode'> {
  readonly checked: CheckedRecipe;
  /** Absolute path. */
  readonly recipe: string;
  readonly set: readonly string[];
  readonly on: (typeof engines)[number];
  readonly sbatch: string;
  readonly dryRun: boolean;
}

/** Options of `ftu unit` that make it do what this run would. */
const unitOptionsOf = ({ device, threads, trustCode }: AskedSubmission): string[] => [
  '--until-set-aside',
  ...(device === 'cpu' ? [] : ['--device', device]),
  ...(threads === undefined ? [] : ['--threads', String(threads)]),
  ...(trustCode ? ['--trust-code'] : []),
];

const number = (count: number, what: string): string => `${count} ${count === 1 ? what : `${what}s`}`;

function linesOf({ jobs, counts }: Submission): string[] {
  return [
    ...jobs.map(({ job, group, tasks, after, groups, jobs: queued }) => {
      const units = tasks.flat().length;
      const needed = [...groups.flatMap((one) => jobs.find((other) => other.group === one)?.job ?? one), ...queued];
      const what = `${group}: ${number(units, 'unit')}${tasks.length === units ? '' : ` in ${number(tasks.length, 'task')}`}`;
      return `${job === null ? 'would submit' : `job ${job}`}  ${what}${needed.length === 0 ? '' : `, ${after} ${needed.join(' ')}`}`;
    }),
    `${number(counts.submitted, 'unit')} ${jobs.some(({ job }) => job === null) ? 'to submit' : 'submitted'}, ${counts.queued} in the queue before, ${counts.done} done, ${counts['set aside']} set aside`,
  ];
}

export async function submitRun(asked: AskedSubmission, context: CommandContext): Promise<unknown> {
  const { checked, out, root, recipe, set, sbatch, dryRun, device, threads, trustCode } = asked;
  const { note, progress, signal } = context;
  await refuseOutside(checked, { out, root });
  await writeUnitRun(out, { recipe, root, set });
  const submission = await submitToSlurm(checked, {
    out,
    root,
    device,
    threads,
    trustCode,
    signal,
    note,
    progress,
    sbatch,
    program: [process.execPath, main],
    unitOptions: unitOptionsOf(asked),
    dryRun,
  });
  context.print(linesOf(submission).join('\n'));
  const { jobs, replaced, folder } = submission;
  if (replaced.length > 0 && !dryRun)
    note(`cancelled ${replaced.join(', ')}, which waited for jobs that are submitted anew`);
  const shared = jobs.filter(({ tasks }) => tasks.some((units) => units.length > 1));
  for (const { group, tasks } of shared) {
    note(
      `${group}: a task does up to ${tasks[0]?.length ?? 1} units, one after the other, so that the queue gets no more than 1,000 tasks of a step`,
    );
  }
  if (folder !== null) {
    note(
      `the hosts of the jobs must see ${root}, ${process.execPath} and ${main} under these names; nobody can know that from here`,
    );
    note(`logs and the batch script: ${folder}`);
  }
  return { out, submission };
}
