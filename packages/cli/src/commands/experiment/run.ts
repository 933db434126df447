/** `ftu run`: a whole experiment from one recipe, taken up wherever it stopped. */
import { resolve } from 'node:path';
import {
  checkRecipe,
  explainRecipe,
  formatPlan,
  missingStarts,
  planRecipe,
  readRecipe,
  recipeJsonSchema,
  resultText,
  runRecipe,
} from '@ftuseg/experiment';
import { devices } from '@ftuseg/infer';
import { parse } from 'yaml';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { kebab } from '../../parser/command-line.js';
import { file, threads } from '../../parser/fields.js';
import { MissingOptions, UsageError } from '../../parser/usage-error.js';
import { engineField, engineOf, sbatchField, triesField } from './engines/engine-options.js';
import { queueRun } from './engines/run-on-redis.js';
import { submitRun } from './engines/run-on-slurm.js';
import { experimentFolder, outField, rootField, setField } from './run-place.js';
import { tellWarnings } from './tell-warnings.js';

type Given = Readonly<Record<string, unknown>>;

/** What was given of these options; a switch that is off and the usual device are not. */
const givenOf = (options: Given): string[] =>
  Object.entries(options).flatMap(([name, value]) =>
    value === undefined || value === false || (name === 'device' && value === 'cpu') ? [] : [`--${kebab(name)}`],
  );

/** Options that say how it runs do nothing where nothing runs. */
function refuseIdle({ recipe, schema: printsSchema, explain, set, ...others }: Given): void {
  const [ofSchema] = [...(recipe === undefined ? [] : ['RECIPE']), ...givenOf({ explain, set, ...others })];
  if (printsSchema === true && ofSchema !== undefined) {
    throw new UsageError(`${ofSchema} would do nothing: --schema prints the schema and stops`);
  }
  const [ofExplain] = givenOf(others);
  if (explain === true && ofExplain !== undefined) {
    throw new UsageError(`${ofExplain} would do nothing: --explain prints the recipe and stops`);
  }
}

export const run = defineCommand({
  name: 'run',
  schema: z.object({
    recipe: file('recipe (YAML); see the folder recipes').meta({ placeholder: 'RECIPE' }).optional(),
    out: outField,
    root: rootField,
    set: setField,
    on: engineField,
    sbatch: sbatchField,
    tries: triesField,
    dryRun: z.boolean().default(false).describe('say what would be done, what is done, and about how long it takes'),
    explain: z.boolean().default(false).describe('print the recipe with every default of every step, and stop'),
    schema: z.boolean().default(false).describe('print the JSON Schema of recipes, for editors, and stop'),
    trustCode: z.boolean().default(false).describe('keep results although the code that made them has changed'),
    device: z.enum(devices).default('cpu').describe('where networks predict; training has `settings.device`'),
    threads,
  }),
  positionals: ['recipe'],
  groups: {
    Inputs: ['recipe', 'root', 'set'],
    Outputs: ['out'],
    'What to do': ['dryRun', 'explain', 'schema', 'trustCode'],
    Machine: ['on', 'sbatch', 'tries', 'device', 'threads'],
  },
  hints: { on: { values: ['slurm', 'redis://'] } },
  result: {
    out: 'folder of the experiment',
    steps: 'each step with status, seconds, peakBytes, summary and warnings; with --dry-run what would be done',
    submission:
      'with --on slurm: jobs (group, step, tasks, job number), replaced jobs, counts of units and the folder of the logs',
    units: 'with --on redis://...: each unit with its state at the end, and why it is set aside',
    recipe: 'with --explain, the recipe with every default; nothing else is there then',
    schema: 'with --schema, the JSON Schema of recipes; nothing else is there then',
  },
  examples: [
    'ftu run recipes/small.yaml --dry-run',
    'ftu run recipes/small.yaml --out runs/small',
    'ftu run recipes/small.yaml --root . --on slurm --sbatch "-p gpu --gres=gpu:1 -t 8:00:00" --threads 8',
    'ftu run recipes/small.yaml --root . --on redis://lab:6379 --threads 4',
    'ftu run recipes/winner.yaml --explain --set slides.official.table=slides.csv --set steps.stage-1.settings.epochs=10',
  ],
  async run(options, context) {
    const { recipe: path, out: given, root: givenRoot, set, dryRun, explain, schema, trustCode, device } = options;
    const { threads: threadCount } = options;
    refuseIdle(options);
    const engine = engineOf(options);
    if (schema) {
      const recipes = recipeJsonSchema();
      context.print(JSON.stringify(recipes, null, 2));
      return { schema: recipes };
    }
    if (path === undefined) throw new MissingOptions('a RECIPE');
    const recipeFile = await readRecipe(path, set);
    if (explain) {
      const text = explainRecipe(recipeFile);
      context.print(text.trimEnd());
      return { recipe: parse(text) };
    }
    const out = experimentFolder(given, path, recipeFile);
    const checked = await checkRecipe(recipeFile, out, undefined, context.note);
    const root = resolve(givenRoot ?? recipeFile.folder);
    const shared = { out, root, device, threads: threadCount, signal: context.signal };
    const asked = { ...shared, checked, recipe: resolve(path), set: set ?? [], trustCode, tries: options.tries };
    if (engine?.name === 'slurm') return submitRun({ ...asked, sbatch: engine.sbatch, dryRun }, context);
    if (engine?.name === 'redis') return queueRun({ ...asked, address: engine.address }, context);
    if (dryRun) {
      const starts = await missingStarts(checked);
      const plan = await planRecipe(checked, shared, trustCode);
      context.print(formatPlan(plan));
      for (const sentence of starts) context.note(sentence);
      return { out, steps: plan.steps };
    }
    const { note, progress } = context;
    const { outcomes } = await runRecipe(checked, { ...shared, trustCode, note, progress });
    context.print(await resultText(checked, outcomes));
    tellWarnings(outcomes, context);
    return { out, steps: outcomes };
  },
});
