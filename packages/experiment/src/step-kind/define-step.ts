/** Puts the files of a kind's folder together. Inside the folder everything is typed by its own schema; outside, a step is checked to be of the kind. */
import type { SlideRow } from '@ftuseg/slide';
import type { z } from 'zod';
import type { StepWork } from '../estimate/work.js';
import { changedCodeWarnings, codeDigest } from '../records/code-digest.js';
import { isStepOf } from './is-step.js';
import type { BaseStep, Recipe, Reference, SlideUse } from './recipe.js';
import type {
  CheckPass,
  EstimateContext,
  FinishedStep,
  Preflight,
  ReportParts,
  RunContext,
  StepContext,
  StepKind,
  StepKinds,
  StepPlace,
  StepResult,
  StepUnits,
} from './step-kind.js';
import type { StepSchema } from './step-schema.js';

/** What a recipe may say with a step: `schema.ts`, and `check.ts` where there is more to check. */
export interface StepRules<S> {
  references?(step: S, recipe: Recipe): readonly Reference[];
  slides?(step: S, recipe: Recipe): readonly SlideUse[];
  readonly check?: Readonly<Partial<Record<CheckPass, (step: S, place: StepPlace) => void>>>;
  /** What the rows of its slides must have; by entries of the recipe's `slides`. */
  rows?(step: S, place: StepPlace, slides: ReadonlyMap<string, readonly SlideRow[]>): void;
  explain?(step: S, recipe: Recipe): unknown;
}

/** What a step does: `step.ts`. */
export interface StepRunner<S extends BaseStep, O> {
  /** `import.meta.url` of the file: the code that a result depends on is what it imports. */
  readonly code: string;
  /** Further code that is reached through the registry of kinds, not by imports. */
  moreCode?(kinds: StepKinds): readonly string[];
  readonly afterFailures?: boolean;
  /** What a finished step is known by. */
  readonly output: z.ZodType<O>;
  inputs(step: S, context: RunContext): Promise<unknown>;
  files(output: O): readonly string[] | Promise<readonly string[]>;
  run(context: StepContext<S>): Promise<StepResult<O>>;
  /** Unset: the step is one unit. */
  readonly units?: StepUnits<S>;
  resultText?(output: O, summary: string): Promise<string>;
}

/** What the kind adds to a report: `report.ts`. */
export interface StepReport<S, O> {
  /** `import.meta.url` of the file. */
  readonly code: string;
  collect(steps: readonly FinishedStep<S, O>[], context: RunContext): Promise<ReportParts>;
}

export interface StepParts<S extends BaseStep, O> {
  /** Where messages and the recipes' schema list the kind; last if unset. */
  readonly rank?: number;
  readonly rules: StepRules<S>;
  readonly runner: StepRunner<S, O>;
  /** `estimate.ts` */
  work(step: S, context: EstimateContext, name: string): Promise<StepWork | undefined>;
  readonly report?: StepReport<S, O>;
  readonly preflight?: Preflight;
}

function ownUnits<S extends BaseStep>(units: StepUnits<S>, own: (step: BaseStep) => S): StepUnits {
  return {
    list: (step, context, name) => units.list(own(step), context, name),
    reads: (step, unit) => units.reads?.(own(step), unit),
    takes: (step, context, name) => units.takes(own(step), context, name),
    inputs: (step, context, unit) => units.inputs(own(step), context, unit),
    run: (context, unit) => units.run({ ...context, step: own(context.step) }, unit),
    takeOver: (from, to, unit) => units.takeOver(from, to, unit),
    gather: (context, published) => units.gather({ ...context, step: own(context.step) }, published),
  };
}

/**
 * @example
 * export const touch = defineStep(touchSchema, { rules: {}, runner: touchRunner, work: touchWork });
 */
export function defineStep<S extends BaseStep, O, Z extends StepSchema>(
  schema: Z & StepSchema & z.ZodType<S>,
  { rank = Number.MAX_SAFE_INTEGER, rules, runner, work, report, preflight }: StepParts<S, O>,
): StepKind<Z> {
  const [name = ''] = schema.shape.do.values;
  const isOwn = isStepOf<S>(schema);
  const own = (step: BaseStep): S => {
    if (isOwn(step)) return step;
    throw new RangeError(`a step that does ${step.do} is not one that does ${name}`);
  };
  const finished = ({ checked, records }: RunContext): FinishedStep<S, O>[] =>
    checked.order.flatMap((step) => {
      const found = checked.file.recipe.steps[step];
      const record = records.get(step);
      return isOwn(found) && record !== undefined
        ? [{ name: step, step: found, output: runner.output.parse(record.output) }]
        : [];
    });
  return {
    name,
    schema,
    rank,
    afterFailures: runner.afterFailures ?? false,
    preflight,
    references: (step, recipe) => rules.references?.(own(step), recipe) ?? [],
    slides: (step, recipe) => rules.slides?.(own(step), recipe) ?? [],
    check: (pass, step, place) => rules.check?.[pass]?.(own(step), place),
    checkRows: (step, place, slides) => rules.rows?.(own(step), place, slides),
    explain: (step, recipe) => rules.explain?.(own(step), recipe) ?? step,
    code: (kinds) => codeDigest([runner.code, ...(runner.moreCode?.(kinds) ?? [])]),
    reportCode: report === undefined ? [] : [report.code],
    inputs: (step, context) => runner.inputs(own(step), context),
    files: async (output) => {
      const parsed = runner.output.safeParse(output);
      return parsed.success ? runner.files(parsed.data) : undefined;
    },
    run: async (context) => {
      const { warnings = [], ...result } = await runner.run({ ...context, step: own(context.step) });
      return { ...result, warnings: [...warnings, ...(await changedCodeWarnings())] };
    },
    units: runner.units && ownUnits(runner.units, own),
    resultText: async (output, summary) => {
      const parsed = runner.output.safeParse(output);
      return parsed.success ? runner.resultText?.(parsed.data, summary) : undefined;
    },
    work: (step, context, called) => work(own(step), context, called),
    report: async (context) => (await report?.collect(finished(context), context)) ?? {},
  };
}
