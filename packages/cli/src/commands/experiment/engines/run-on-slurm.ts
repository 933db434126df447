/** `ftu run --on slurm`: hands the units of a recipe to Slurm instead of doing them here. */
import { counted, listNames } from '@ftuseg/core';
import { type Submission, submitToSlurm } from '@ftuseg/experiment';
import type { CommandContext } from '../../../parser/command.js';
import { type AskedEngine, prepareUnits, unitProgram } from './unit-options.js';

export interface AskedSubmission extends AskedEngine {
  readonly sbatch: string;
  readonly dryRun: boolean;
}

function linesOf({ jobs, counts }: Submission): string[] {
  return [
    ...jobs.map(({ job, group, tasks, after, groups, jobs: queued }) => {
      const units = tasks.flat().length;
      const needed = [...groups.flatMap((one) => jobs.find((other) => other.group === one)?.job ?? one), ...queued];
      const what = `${group}: ${counted(units, 'unit')}${tasks.length === units ? '' : ` in ${counted(tasks.length, 'task')}`}`;
      return `${job === null ? 'would submit' : `job ${job}`}  ${what}${needed.length === 0 ? '' : `, ${after} ${needed.join(' ')}`}`;
    }),
    `${counted(counts.submitted, 'unit')} ${jobs.some(({ job }) => job === null) ? 'to submit' : 'submitted'}, ${counts.queued} in the queue before, ${counts.done} done, ${counts['set aside']} set aside`,
  ];
}

export interface SubmittedRun {
  readonly out: string;
  readonly submission: Submission;
}

export async function submitRun(asked: AskedSubmission, context: CommandContext): Promise<SubmittedRun> {
  const { checked, out, root, sbatch, dryRun } = asked;
  const { note } = context;
  const prepared = await prepareUnits(asked, context);
  const submission = await submitToSlurm(checked, { ...prepared, sbatch, program: unitProgram, dryRun });
  context.print(linesOf(submission).join('\n'));
  const { jobs, replaced, outdated, folder } = submission;
  if (outdated.length > 0) {
    const what = `${listNames(outdated)}, whose units have other settings since the recipe, or what it names, was changed`;
    note(dryRun ? `would cancel ${what}` : `cancelled ${what}; what they had finished stays`);
  }
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
      `the hosts of the jobs must see ${[root, ...unitProgram].join(', ')} under these names; nobody can know that from here`,
    );
    note(`logs and the batch script: ${folder}`);
  }
  return { out, submission };
}
