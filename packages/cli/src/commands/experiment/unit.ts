/** `ftu unit`: one slide, one fold or the rest of one step, in a process of its own, on any host that sees the folder. */
import process from 'node:process';
import {
  cleanUnits,
  formatUnits,
  listUnits,
  requireCode,
  requireStepDigest,
  runUnit,
  setAsideUnit,
  type UnitOptions,
} from '@ftuseg/experiment';
import { devices } from '@ftuseg/infer';
import { z } from 'zod';
import { type CommandContext, defineCommand } from '../../parser/command.js';
import { threads } from '../../parser/fields.js';
import { MissingOptions, UsageError } from '../../parser/usage-error.js';
import { type AskedRun, openRun, runField } from './open-run.js';
import { outField, rootField, setField } from './run-place.js';
import { walltime, walltimeSeconds } from './walltime.js';

/**
 * Works with a signal that aborts by the program's own signals, by SIGUSR1, which batch systems send some time before they kill, when the time
 * is up, and when the worker that started it is gone.
 */
async function withStops<T>(
  { signal }: CommandContext,
  limit: string | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const soft = new AbortController();
  const stop = (): void => soft.abort();
  const seconds = limit === undefined ? undefined : walltimeSeconds(limit);
  const timer = seconds === undefined ? undefined : setTimeout(stop, Math.min(seconds * 1000, LONGEST_MILLISECONDS));
  process.on('SIGUSR1', stop);
  process.on('disconnect', stop);
  try {
    return await work(AbortSignal.any([signal, soft.signal]));
  } finally {
    process.off('SIGUSR1', stop);
    process.off('disconnect', stop);
    clearTimeout(timer);
  }
}

/** A timer takes no more; 24 days. */
const LONGEST_MILLISECONDS = 0x7fffffff;

interface Work extends AskedRun, Pick<UnitOptions, 'device' | 'trustCode'> {
  readonly clean: boolean;
  readonly untilSetAside: boolean;
  readonly setAside?: string | undefined;
  readonly code?: string | undefined;
  readonly stepDigest?: string | undefined;
  readonly threads?: number | undefined;
}

async function work(options: Work, context: CommandContext, signal: AbortSignal): Promise<unknown> {
  const { id, clean, untilSetAside, device, threads: count, trustCode } = options;
  const { note, progress } = context;
  const { checked, out, root, tries } = await openRun(options);
  const shared = { out, root, device, threads: count, trustCode, tries, signal, note, progress };
  if (id === undefined && clean) {
    const cleaned = await cleanUnits(checked, shared);
    const { attempts, results, alive } = cleaned;
    context.print(`removed ${attempts} attempts and ${results} results of parts; ${alive} attempts are alive`);
    return { cleaned };
  }
  if (id === undefined) {
    const units = await listUnits(checked, shared);
    context.print(formatUnits(units));
    return { units };
  }
  const { setAside, stepDigest } = options;
  if (stepDigest !== undefined) await requireStepDigest(checked, id, stepDigest, { out, root, signal });
  if (setAside !== undefined) {
    const isOpen = await setAsideUnit(checked, id, setAside, shared);
    context.print(isOpen ? `${id}: set aside: ${setAside}` : `${id}: it is done, and stays so`);
    return { setAside: isOpen };
  }
  if (options.code !== undefined) await requireCode(options.code);
  const result = await runUnit(checked, id, { ...shared, untilSetAside });
  // The run of the whole recipe warns of them; a queue would take exit code 3 of a unit for a failure.
  for (const warning of result.warnings) context.note(`warning: ${warning}`);
  context.print(`${id}: ${result.status}: ${result.summary}`);
  if (result.status === 'later') context.goOnLater();
  return { unit: result };
}

export const unit = defineCommand({
  name: 'unit',
  schema: z.object({
    run: runField,
    id: z.string().optional().meta({ placeholder: 'ID', description: 'unit, such as stage-1/fold/2; see --list' }),
    list: z.boolean().default(false).describe('name all units with their states, and stop'),
    clean: z.boolean().default(false).describe('remove attempts that have ended, and forget failures, and stop'),
    out: outField,
    root: rootField,
    set: setField,
    untilSetAside: z
      .boolean()
      .default(false)
      .describe(
        'after a failure end with exit code 75, until the unit has failed so often (--tries of the run, 3) that it is set aside',
      ),
    setAside: z.string().min(1).optional().meta({
      placeholder: 'REASON',
      description: 'count the unit as failed for good instead of doing it, as where each process that tried was killed',
    }),
    code: z.string().min(1).optional().meta({
      placeholder: 'CODE',
      description:
        'refuse where the code of ftuseg here is another one than that which handed the unit out; batch jobs say it',
    }),
    stepDigest: z.string().min(1).optional().meta({
      placeholder: 'DIGEST',
      description:
        'refuse where the recipe, or a table or a model that it names, was changed since the unit was handed out; batch jobs and workers say it',
    }),
    trustCode: z.boolean().default(false).describe('keep results although the code that made them has changed'),
    walltime,
    device: z.enum(devices).default('cpu').describe('where networks predict; training has `settings.device`'),
    threads,
  }),
  positionals: ['run', 'id'],
  groups: {
    Inputs: ['run', 'id', 'root', 'set'],
    Outputs: ['out'],
    'What to do': ['list', 'clean', 'untilSetAside', 'setAside', 'code', 'stepDigest', 'trustCode', 'walltime'],
    Machine: ['device', 'threads'],
  },
  result: {
    units: 'with --list: each unit with id, step, part, kind, needs, state, problem, device and memory',
    unit: 'with an ID: id, status (done, kept or later), summary and warnings',
    setAside: 'with --set-aside: whether the unit is set aside now; false: it is done',
    cleaned: 'with --clean: attempts and results that were removed, and attempts that are alive',
  },
  examples: [
    'ftu unit recipes/small.yaml --root . --out runs/small --list',
    'ftu unit runs/small stage-1/fold/2 --walltime 7:50:00',
    'ftu unit runs/small --clean',
  ],
  async run(options, context) {
    const { run, id, list, clean, walltime: limit } = options;
    if (run === undefined) throw new MissingOptions('a RUN');
    const asked = [id !== undefined, list, clean].filter(Boolean).length;
    if (asked === 0) throw new MissingOptions('an ID, --list or --clean');
    if (asked > 1) throw new UsageError('give one of an ID, --list and --clean');
    if (id === undefined && limit !== undefined) throw new UsageError('--walltime would do nothing without an ID');
    if (id === undefined && options.untilSetAside) {
      throw new UsageError('--until-set-aside would do nothing without an ID');
    }
    if (options.code !== undefined && (id === undefined || options.setAside !== undefined)) {
      throw new UsageError('--code would do nothing where no unit runs');
    }
    if (options.stepDigest !== undefined && id === undefined) {
      throw new UsageError('--step-digest would do nothing without an ID');
    }
    if (options.code !== undefined && options.trustCode) {
      throw new UsageError('--code and --trust-code contradict each other');
    }
    if (options.setAside !== undefined) {
      if (id === undefined) throw new UsageError('--set-aside would do nothing without an ID');
      if (limit !== undefined || options.untilSetAside) {
        throw new UsageError('--walltime and --until-set-aside would do nothing with --set-aside, which runs nothing');
      }
    }
    return withStops(context, limit, (signal) => work({ ...options, run }, context, signal));
  },
});
