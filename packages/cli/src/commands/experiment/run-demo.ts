/** The whole of ftuseg once through: slides, and an experiment on them, whose recipe stays to be run again. */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FtuError } from '@ftuseg/core';
import { type CheckedRecipe, checkRecipe, type RecipeInput, readRecipe, runRecipe } from '@ftuseg/experiment';
import { writeFileAtomic } from '@ftuseg/files';
import { cellOf, filterRows, readSlideTable } from '@ftuseg/slide';
import { startWords } from '@ftuseg/train';
import { stringify } from 'yaml';
import type { CommandContext } from '../../parser/command.js';
import { commandLine } from '../../parser/command-line.js';
import { synth } from '../slides/synth.js';
import { realRecipe, syntheticRecipe } from './demo-recipes.js';

export interface DemoOptions {
  readonly out: string;
  readonly data?: string | undefined;
  readonly train: string;
  readonly test: string;
  readonly group: string;
  /** As `ftu train` takes them; `none`: a random start. */
  readonly encoderWeights: string;
}

/** A slide with regions on both sides would make the score a memory test. */
async function refuseLeak(slides: string, { train: trainOn, test: testOn, group }: DemoOptions): Promise<void> {
  const table = await readSlideTable(slides);
  const groupsOf = (filter: string): Set<string> => {
    const values = filterRows(table, filter).map((row) => cellOf(row.columns, group));
    if (values.includes(undefined)) {
      throw new FtuError('bad-input', `there is no column "${group}" to group by`, {
        subject: slides,
        hint: 'name one with --group, or `id` if every row is a slide of its own',
      });
    }
    return new Set(values.filter((value) => value !== undefined));
  };
  const trained = groupsOf(trainOn);
  const both = [...groupsOf(testOn)].filter((value) => trained.has(value));
  if (both.length > 0) {
    throw new FtuError('bad-input', `${group} ${both.slice(0, 3).join(', ')} would be trained on and tested`, {
      subject: slides,
      hint: 'make --train and --test disjoint',
    });
  }
}

/** A path counts from here, where the recipe would have it count from its own folder; words and ids stay. */
async function weightsOf(given: string): Promise<string> {
  if (startWords.some((word) => word === given)) return given;
  const there = await stat(resolve(given)).catch(() => undefined);
  return there === undefined ? given : resolve(given);
}

const SYNTHETIC = { count: 5, width: 1600, height: 1600, micronsPerPixel: 2, seed: 7 } as const;

async function chooseRecipe(options: DemoOptions, context: CommandContext): Promise<RecipeInput> {
  if (options.data !== undefined) {
    const slides = resolve(options.data, 'slides.csv');
    await refuseLeak(slides, options);
    if (options.encoderWeights === 'none') {
      context.note('the encoder starts at random; --encoder-weights imagenet or a file would start it better');
    }
    return realRecipe(slides, options.train, options.test, await weightsOf(options.encoderWeights));
  }
  const out = join(options.out, 'slides');
  // The table is written last: slides that are there are whole, and made anew they would make everything after them run anew.
  const there = await stat(join(out, 'slides.csv')).catch(() => undefined);
  if (there === undefined) {
    context.note(`$ ${commandLine(synth, { out, ...SYNTHETIC })}`);
    await synth.run(synth.schema.parse({ out, ...SYNTHETIC }), context);
  }
  const ids = (await readSlideTable(join(out, 'slides.csv'))).map(({ id }) => id);
  return syntheticRecipe('slides', ids);
}

/**
 * Writes `<out>/recipe.yaml` and runs it.
 *
 * @returns the path of the report, and the scores in a sentence
 */
export async function runDemo(
  options: DemoOptions,
  context: CommandContext,
): Promise<{ readonly report: string; readonly scores: string | null }> {
  const out = resolve(options.out);
  const makeRecipe = async (): Promise<CheckedRecipe> => {
    const path = join(options.out, 'recipe.yaml');
    await writeFileAtomic(path, stringify(await chooseRecipe(options, context), { aliasDuplicateObjects: false }));
    context.note(`$ ftu run ${path} --out ${options.out}`);
    return checkRecipe(await readRecipe(path), out);
  };
  const { signal, note, progress } = context;
  const shared = {
    out,
    root: out,
    device: 'cpu',
    threads: undefined,
    trustCode: false,
    signal,
    note,
    progress,
  } as const;
  const { outcomes } = await runRecipe(makeRecipe, shared);
  const scores = outcomes.find(({ name }) => name === 'scores');
  if (scores !== undefined) context.print(scores.summary);
  return { report: join(options.out, 'report', 'report.html'), scores: scores?.summary ?? null };
}
