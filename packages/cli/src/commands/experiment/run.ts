/** `ftu run`: a whole experiment from one recipe, taken up wherever it stopped. */
import { basename, resolve } from 'node:path';
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
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { kebab } from '../../parser/command-line.js';
import { UsageError } from '../../parser/usage-error.js';

type Given = Readonly<Record<string, unknown>>;

/** Options that say how it runs do nothing where nothing runs. */
function refuseIdle({ recipe, schema, explain, dryRun, set, ...others }: Given): void {
  const running = Object.entries(others).flatMap(([name, value]) =>
    value === undefined || value === false || (name === 'device' && value === 'cpu') ? [] : [`--${kebab(name)}`],
  );
  if (schema === true) {
    const idle = [
      ...(recipe === undefined ? [] : ['RECIPE']),
      ...(explain === true ? ['--explain'] : []),
      ...(dryRun === true ? ['--dry-run'] : []),
      ...(set === undefined ? [] : ['--set']),
      ...running,
    ];
    if (idle[0] !== undefined)
      throw new UsageError(`${idle[0]} would do nothing: --schema prints the schema and stops`);
  }
  if (explain !== true) return;
  const [idle] = [...(dryRun === true ? ['--dry-run'] : []), ...running];
  if (idle !== undefined) throw new UsageError(`${idle} would do nothing: --explain prints the recipe and stops`);
}

export const run = defineCommand({
  name: 'run',
  summary: 'Run an experiment from a recipe: folds, selection, pseudo-labels, a second stage, scores and a report.',
  schema: z.object({
    recipe: z.string().optional().describe('recipe (YAML); see the folder recipes'),
    out: z.string().optional().describe("folder of the experiment (default: the recipe's `out`, else runs/NAME)"),
    set: z.array(z.string()).optional().meta({
      placeholder: 'PATH=VALUE',
      description: 'lay a value over the recipe, such as slides.official.table=slides.csv; may be repeated',
    }),
    dryRun: z.boolean().default(false).describe('say what would be done, what is done, and about how long it takes'),
    explain: z.boolean().default(false).describe('print the recipe with every default of every step, and stop'),
    schema: z.boolean().default(false).describe('print the JSON Schema of recipes, for editors, and stop'),
    trustCode: z.boolean().default(false).describe('keep results although the code that made them has changed'),
    device: z.enum(devices).default('cpu').describe('where networks predict; training has `settings.device`'),
    threads: z.int().min(1).max(256).optional().describe('processor threads (default: all cores)'),
  }),
  positionals: ['recipe'],
  examples: [
    'ftu run recipes/small.yaml --dry-run',
    'ftu run recipes/small.yaml --out runs/small',
    'ftu run recipes/winner.yaml --set slides.official.table=slides.csv --set steps.stage1.settings.epochs=10',
  ],
  async run(options, context) {
    const { recipe: path, out: given, set, dryRun, explain, schema, trustCode, device, threads } = options;
    refuseIdle(options);
    if (schema) {
      context.print(JSON.stringify(recipeJsonSchema(), null, 2));
      return;
    }
    if (path === undefined) throw new UsageError('ftu run needs a RECIPE; see ftu run --help');
    const file = await readRecipe(path, set);
    if (explain) {
      context.print(explainRecipe(file.recipe).trimEnd());
      return;
    }
    const { recipe, folder } = file;
    const own = recipe.out === undefined ? undefined : resolve(folder, recipe.out);
    const out = given === undefined ? (own ?? resolve('runs', basename(path).replace(/\.ya?ml$/, ''))) : resolve(given);
    const checked = await checkRecipe(file, out);
    const shared = { out, device, threads, signal: context.signal };
    if (dryRun) {
      const starts = await missingStarts(checked);
      context.print(formatPlan(await planRecipe(checked, shared, trustCode)));
      for (const sentence of starts) context.note(sentence);
      return;
    }
    const { outcomes } = await runRecipe(checked, {
      ...{ ...shared, trustCode, note: context.note, progress: context.progress },
    });
    context.print(await resultText(checked, outcomes));
    for (const { name, warnings = [] } of outcomes) {
      for (const warning of warnings) context.note(`warning: step ${name}: ${warning}`);
      if (warnings.length > 0) context.incomplete();
    }
  },
});
