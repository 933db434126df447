/** What a kind of step is to the engine: how to know whether it must run, and how to run it. */
import type { Device } from '@ftuseg/infer';
import type { SlideRow } from '@ftuseg/slide';
import type { z } from 'zod';
import type { StepRecord } from '../engine/step-record.js';
import type { StepWork } from '../estimate/work.js';
import type { CheckedRecipe } from '../recipe/check-recipe.js';
import type { Step, StepKind, StepOf } from '../recipe/schema.js';
import type { EstimateContext } from './shared/estimate-context.js';

/** What all steps of a run share. */
export interface Workshop {
  readonly checked: CheckedRecipe;
  /** Absolute folder of the experiment. */
  readonly out: string;
  readonly device: Device;
  /** Threads of the processor; all cores if undefined. */
  readonly threads: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** One line that stays. */
  readonly note: (text: string) => void;
  /** One line that the next replaces. */
  readonly progress: (text: string) => void;
  /** Records of the steps that are done, by name. */
  readonly records: ReadonlyMap<string, StepRecord>;
  /** What became of every step so far, for the report. */
  readonly outcomes: readonly StepOutcome[];
}

export interface StepOutcome {
  readonly name: string;
  readonly kind: StepKind;
  readonly status: 'done' | 'kept' | 'failed' | 'skipped';
  readonly seconds: number | null;
  readonly peakBytes: number | null;
  readonly summary: string;
  /** What a person must read before believing the results; unset for nothing. */
  readonly warnings?: readonly string[] | undefined;
}

export interface StepContext<S extends Step = Step> extends Workshop {
  readonly name: string;
  readonly step: S;
  /** Absolute, and made. */
  readonly folder: string;
  /** The same work was begun here before and interrupted. */
  readonly begun: boolean;
  /** Told by the step how much of it is done, 0..1, whenever it knows: the time that is left follows from it. */
  readonly share: (done: number) => void;
  /** Told by a step that knows it: seconds that went into a unit of its work, and how many units that were, beside those told before. */
  readonly spent: (unit: string, seconds: number, count?: number) => void;
}

export interface StepResult<O> {
  readonly output: O;
  /** Of what came out: equal digests let the steps behind stay as they are. */
  readonly digest: string;
  /** One sentence for people, without a stop. */
  readonly summary: string;
  /** What a person must read before believing the result; the run then ends with exit code 3. */
  readonly warnings?: readonly string[] | undefined;
}

export interface StepHandler<K extends StepKind, S extends z.ZodType = z.ZodType> {
  readonly kind: K;
  /** What a finished step is known by. */
  readonly output: S;
  /** Code of ftuseg that decides the result, as `codeDigest` takes it. */
  readonly code: readonly string[];
  /** Whatever the result depends on beyond the step's settings, the steps before it, and the code. */
  inputs(step: StepOf<K>, workshop: Workshop): Promise<unknown>;
  /** Files without which a finished step must run again. */
  files(output: z.output<S>): readonly string[];
  run(context: StepContext<StepOf<K>>): Promise<StepResult<z.output<S>>>;
  /**
   * What it will have to do, in units whose time is known or can be measured; undefined: no telling.
   * @throws {FtuError} for whatever the step itself would refuse
   */
  work(step: StepOf<K>, context: EstimateContext, name: string): Promise<StepWork | undefined>;
}

/** Rows of an entry of `slides`. */
export function rowsOf({ checked }: Pick<Workshop, 'checked'>, name: string): readonly SlideRow[] {
  const rows = checked.slides.get(name);
  if (rows === undefined) throw new RangeError(`no slides ${name}`);
  return rows;
}

/** The output of a finished step that another builds on. */
export function outputOf<S extends z.ZodType>(
  { records }: Pick<Workshop, 'records'>,
  name: string,
  schema: S,
): z.output<S> {
  const record = records.get(name);
  if (record === undefined) throw new RangeError(`step ${name} is not done`);
  return schema.parse(record.output);
}
