/** Models ranked one by one: the best of them go on with equal weights. */
import { meanScores, scoreCombinations, scoresOf } from '@ftuseg/infer';
import { outputOf } from '../../step-kind/outputs.js';
import { counted } from '../../words/numbers.js';
import { modelClasses } from '../shared/class-map.js';
import { combinationsFor, loadKnown, logitStore } from '../shared/logits.js';
import { scoringShare } from '../shared/scoring-share.js';
import { labelledRows, validatedRows } from '../shared/validated-rows.js';
import { type TrainedFold, trainOutputSchema } from '../train/output.js';
import type { SelectOutput } from './output.js';
import type { SelectStep } from './schema.js';
import { four, noCandidate, type SelectContext } from './select-context.js';

/** Scores as a person typed them in. */
function givenScores(context: SelectContext, folds: readonly TrainedFold[]): Map<TrainedFold, number> {
  const scores = context.step.scores ?? {};
  const unknown = Object.keys(scores).find((name) => !folds.some((fold) => fold.name === name));
  if (unknown !== undefined) {
    throw context.checked.file.fail(
      ['steps', context.name, 'scores', unknown],
      `there is no model "${unknown}"`,
      `there are ${folds.map(({ name }) => name).join(', ')}`,
    );
  }
  return new Map(folds.flatMap((fold) => (scores[fold.name] === undefined ? [] : [[fold, scores[fold.name] ?? 0]])));
}

/** Each fold predicts the whole slides that validated it, and is scored at level 0. */
async function wholeSlideScores(
  context: SelectContext,
  folds: readonly TrainedFold[],
): Promise<Map<TrainedFold, number>> {
  const { step, signal, threads, progress, share } = context;
  const labelled = await labelledRows(context);
  const store = await logitStore(context);
  const scores = new Map<TrainedFold, number>();
  for (const [i, fold] of folds.entries()) {
    const rows = validatedRows(fold, labelled);
    if (rows.length === 0) continue;
    const wanted = [{ models: [{ fold, weight: 1 }], settings: step.settings }];
    const { classes } = outputOf(context, fold.step, trainOutputSchema);
    const { asked, scored } = scoringShare((done) => share((i + done) / folds.length));
    const { slides } = await scoreCombinations(rows, await combinationsFor(wanted), {
      store,
      load: loadKnown(context),
      classes: modelClasses(context, fold.step, classes),
      threads,
      signal,
      onProgress: (at) => {
        asked(at);
        progress(`${fold.name}: ${at.text}`);
      },
      onScored: scored,
    });
    const dice = slides.map(([one]) => meanScores((one?.counts ?? []).map(scoresOf)).dice);
    scores.set(fold, dice.reduce((sum, value) => sum + value, 0) / dice.length);
  }
  return scores;
}

const scoreWords: Readonly<Record<SelectStep['by'], string>> = {
  'out-of-fold': 'validation Dice in training',
  'whole-slides': 'Dice of the whole slides that validated it, at level 0',
  given: 'the score that was typed in',
};

async function scoresOfFolds(context: SelectContext, folds: readonly TrainedFold[]): Promise<Map<TrainedFold, number>> {
  switch (context.step.by) {
    case 'given':
      return givenScores(context, folds);
    case 'whole-slides':
      return wholeSlideScores(context, folds);
    case 'out-of-fold':
      return new Map(
        folds.flatMap((fold) => (fold.validationDice === null ? [] : [[fold, fold.validationDice] as const])),
      );
  }
}

export async function selectBest(context: SelectContext, folds: readonly TrainedFold[]): Promise<SelectOutput> {
  const { by, best } = context.step;
  const scores = await scoresOfFolds(context, folds);
  if (scores.size === 0) {
    throw noCandidate(context, 'no model was validated', 'train with folds, or select `by: given` with `scores`');
  }
  const ranked = [...scores].sort(([, a], [, b]) => b - a);
  const kept = ranked.slice(0, best ?? ranked.length);
  const dropped = ranked.slice(kept.length);
  const list = (some: typeof ranked): string => some.map(([{ name }, score]) => `${name} (${four(score)})`).join(', ');
  return {
    models: kept.map(([{ name }, score]) => ({ name, weight: 1, score })),
    reasons: [
      `${counted(ranked.length, 'model')}, ranked by ${scoreWords[by]}; ${kept.length === ranked.length ? 'all' : `the best ${kept.length}`} went on with equal weights.`,
      `Kept: ${list(kept)}.`,
      ...(dropped.length === 0 ? [] : [`Left out: ${list(dropped)}.`]),
      ...(by === 'out-of-fold' && ranked.length > 1
        ? ['Folds are scored on different slides, so that small differences between folds mean little.']
        : []),
    ],
  };
}
