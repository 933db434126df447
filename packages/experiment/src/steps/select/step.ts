/** `do: select`: which models go on, with what weight, and why. */
import { digestOf } from '../../records/digest.js';
import type { StepRunner } from '../../step-kind/define-step.js';
import { outputOf } from '../../step-kind/outputs.js';
import { tidyLogits } from '../shared/logits.js';
import { seenBefore } from '../shared/validated-rows.js';
import { trainOutputSchema } from '../train/output.js';
import { selectBest } from './best.js';
import { selectGreedily } from './ensemble.js';
import { type SelectOutput, selectOutputSchema } from './output.js';
import type { SelectStep } from './schema.js';

export const selectRunner: StepRunner<SelectStep, SelectOutput> = {
  code: import.meta.url,
  output: selectOutputSchema,
  inputs: async () => null,
  files: () => [],
  async run(context) {
    const { from, ensemble, by } = context.step;
    const steps = [from].flat();
    const folds = steps.flatMap((name) => outputOf(context, name, trainOutputSchema).folds);
    const greedy = ensemble === 'greedy';
    const warnings = new Set<string>();
    const own = { ...context, warn: (sentence: string) => warnings.add(sentence) };
    const output = greedy ? await selectGreedily(own, steps) : await selectBest(own, folds);
    const names = output.models.map(({ name, weight }) =>
      weight === 1 ? name : `${name} x ${Number(weight.toFixed(2))}`,
    );
    const seen = greedy || by === 'whole-slides' ? seenBefore(folds) : undefined;
    if (seen !== undefined) context.note(`  warning: ${seen}`);
    const kept = greedy || by === 'whole-slides' ? `; ${await tidyLogits(context)}` : '';
    return {
      output: seen === undefined ? output : { ...output, reasons: [...output.reasons, `Warning: ${seen}.`] },
      digest: digestOf(output.models),
      warnings: [...warnings],
      summary: `${names.join(', ')}${kept}${seen === undefined ? '' : `; warning: ${seen}`}`,
    };
  },
};
