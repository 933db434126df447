/**
 * What a kind of step is to everything else: a recipe, a plan, a run and a report know no kind by its name. These types refer to each other,
 * so they are in one file.
 */
import type { FtuError } from '@ftuseg/core';
import type { ContentDigests } from '@ftuseg/files';
import type { Device } from '@ftuseg/infer';
import type { SlideRow } from '@ftuseg/slide';
import type { Survey } from '../estimate/survey.js';
import type { StepWork } from '../estimate/work.js';
import type { StepRecord } from '../records/step-record.js';
import type { ReportData } from '../report/report-data.js';
import type { BaseStep, Recipe, RecipePath, Reference, SlideUse } from './recipe.js';
import type { StepSchema } from './step-schema.js';

export interface RecipeFile {
  readonly recipe: Recipe;
  /** Absolute path of the file. */
  readonly path: string;
  /** Absolute; what relative paths of the recipe count from. */
  readonly folder: string;
  /** The kinds of steps that the recipe may have. */
  readonly kinds: StepKinds;
  /** An error about a place of the recipe, with its line. */
  fail(at: RecipePath, problem: string, hint?: string): FtuError;
}

export interface CheckedRecipe {
  readonly file: RecipeFile;
  /** Names of the steps, each after those that it builds on. */
  readonly order: readonly string[];
  /** Rows of each entry of `slides`; without their truth where the entry says `labels: false`. */
  readonly slides: ReadonlyMap<string, readonly SlideRow[]>;
  /** Absolute folder of each step. */
  readonly folders: ReadonlyMap<string, string>;
}

/** What all steps of a run share. */
export interface RunContext {
  readonly checked: CheckedRecipe;
  /** Absolute folder of the experiment. */
  readonly out: string;
  /** Absolute folder that moves as a whole: the experiment and its slides lie in it, or there is no telling after a move. */
  readonly root: string;
  /** What files hold. */
  readonly digests: ContentDigests;
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
  readonly kind: string;
  readonly status: 'done' | 'kept' | 'failed' | 'skipped';
  readonly seconds: number | null;
  readonly peakBytes: number | null;
  readonly summary: string;
  /** What a person must read before believing the results; unset for nothing. */
  readonly warnings?: readonly string[] | undefined;
}

export interface StepContext<S extends BaseStep = BaseStep> extends RunContext {
  readonly name: string;
  readonly step: S;
  /** Absolute, and made. */
  readonly folder: string;
  /** Where the folder will lie when the step is done; another one while an attempt is not published. */
  readonly final: string;
  /** The same work was begun here before and interrupted. */
  readonly begun: boolean;
  /** Results of units that other processes published were put into the folder. */
  readonly gathered: boolean;
  /** Told by the step how much of it is done, 0..1, whenever it knows: the time that is left follows from it. */
  readonly share: (done: number) => void;
  /** Told by a step that knows it: seconds that went into a unit of its work, and how many units that were, beside those told before. */
  readonly spent: (unit: string, seconds: number, count?: number) => void;
}

/** What estimates of steps share: the run, and the slides that were looked at. */
export interface EstimateContext extends RunContext {
  readonly survey: Survey;
}

export interface StepResult<O> {
  readonly output: O;
  /** Of what came out: while it stays equal, the steps that build on this one need not run again. */
  readonly digest: string;
  /** One sentence for people, without a stop. */
  readonly summary: string;
  /** What a person must read before believing the result; the run then ends with exit code 3. */
  readonly warnings?: readonly string[] | undefined;
}

/** A step of a checked recipe, seen from its checks. */
export interface StepPlace {
  readonly file: RecipeFile;
  readonly name: string;
}

/** Passes over all steps, one after the other, so that the plainest mistake of a recipe is named first. */
export const CHECK_PASSES = ['keys', 'settings', 'unused', 'scale'] as const;
export type CheckPass = (typeof CHECK_PASSES)[number];

/** A step that is done, with what came out of it. */
export interface FinishedStep<S, O> {
  readonly name: string;
  readonly step: S;
  readonly output: O;
}

/** What the steps of one kind add to a report. */
export interface ReportParts
  extends Partial<
    Pick<ReportData, 'tables' | 'evaluations' | 'trainings' | 'selections' | 'pseudoLabels' | 'cautions'>
  > {
  /** Sentences of the summary at the top. */
  readonly headlines?: readonly string[];
  /** How many slides each score is of. */
  readonly scoredSlides?: readonly number[];
}

/** What must be there before the first step of a run, however late it is needed. */
export interface Preflight {
  /** Fetches and checks it. @throws {FtuError} `bad-input` with the line */
  require(checked: CheckedRecipe, reporter: Pick<RunContext, 'signal' | 'note' | 'progress'>): Promise<void>;
  /** Sentences on what `require` would download, without doing so. @throws {FtuError} as `require`, but for the network */
  missing(checked: CheckedRecipe): Promise<string[]>;
}

/** A kind of step, as `defineStep` makes it of the files of its folder. */
export interface StepKind<Z extends StepSchema = StepSchema> {
  /** The value of `do`. */
  readonly name: string;
  readonly schema: Z;
  /** Kinds are listed by their ranks: in the order in which an experiment usually has them. */
  readonly rank: number;
  /** It runs even if steps before it are not done, and always when something else has run. */
  readonly afterFailures: boolean;
  readonly preflight: Preflight | undefined;
  /** The steps that a step builds on, in the order of its keys. */
  references(step: BaseStep, recipe: Recipe): readonly Reference[];
  slides(step: BaseStep, recipe: Recipe): readonly SlideUse[];
  /** @throws {FtuError} `bad-input` with the line */
  check(pass: CheckPass, step: BaseStep, place: StepPlace): void;
  /** What rows of slides must have. @throws {FtuError} `bad-input` with the line */
  checkRows(step: BaseStep, place: StepPlace, slides: ReadonlyMap<string, readonly SlideRow[]>): void;
  /** The step with every default, of the commands whose settings it gives too. */
  explain(step: BaseStep, recipe: Recipe): unknown;
  /** Digest of the code that decides the result. */
  code(kinds: StepKinds): Promise<string>;
  /** Addresses of the code that writes the kind's part of a report. */
  readonly reportCode: readonly string[];
  /** What the result depends on beyond the step's settings, the steps before it, and the code. */
  inputs(step: BaseStep, context: RunContext): Promise<unknown>;
  /** Files, and folders with all that is in them, without which a finished step must run again; undefined where the output is not one of this kind. */
  files(output: unknown): Promise<readonly string[] | undefined>;
  run(context: StepContext): Promise<StepResult<unknown>>;
  /** Undefined: the step is one unit. */
  readonly units: StepUnits | undefined;
  /** What a terminal says of a finished step; undefined for nothing. */
  resultText(output: unknown, summary: string): Promise<string | undefined>;
  /**
   * What a step will have to do, in units whose time is known or can be measured; undefined: no telling.
   * @throws {FtuError} for whatever the step itself would refuse
   */
  work(step: BaseStep, context: EstimateContext, name: string): Promise<StepWork | undefined>;
  /** What the finished steps of this kind add to a report. */
  report(context: RunContext): Promise<ReportParts>;
}

export interface UnitNeeds {
  readonly device: string;
  readonly memory: number | null;
}

/** A row of an entry of `slides`. */
export interface NamedSlide {
  readonly slides: string;
  readonly id: string;
}

/** How a step falls into units of work that know nothing of each other, such as slides or folds. */
export interface StepUnits<S extends BaseStep = BaseStep> {
  /** Names such as `slide/a`, which are known before anything has run, and in this order. */
  list(step: S, context: Pick<RunContext, 'checked' | 'threads'>, name: string): readonly string[];
  /** The only slide that a unit reads itself; unset or undefined: it may read all of its step. */
  reads?(step: S, unit: string): NamedSlide | undefined;
  /** Where the networks of a unit compute, and the bytes of memory that it needs at least; null: no telling. */
  takes(step: S, context: Pick<RunContext, 'checked' | 'threads' | 'device'>, name: string): UnitNeeds;
  /** What a unit's result depends on beyond the step's settings, the steps before it, and the code. */
  inputs(step: S, context: RunContext, unit: string): Promise<unknown>;
  /** Does a unit in the folder of the context, which is empty, or has what `takeOver` put there. */
  run(context: StepContext<S>, unit: string): Promise<void>;
  /**
   * Takes what another attempt at the unit has, which may be at work.
   * @returns whether there was anything
   */
  takeOver(from: string, to: string, unit: string): Promise<boolean>;
  /** Puts results of units where the step finds them done. @param published folders of `run`, by unit; those of all units in a gathering unit */
  gather(context: StepContext<S>, published: ReadonlyMap<string, string>): Promise<void>;
}

/** The kinds of steps by their names, in the order in which messages list them. */
export type StepKinds = ReadonlyMap<string, StepKind>;
