/** Settings of a pseudo-label step that its kind of labels does not look at: written down, they would do nothing. */
import { parseClasses } from '@ftuseg/slide';
import type { RecipeFile, RecipePath } from '../../recipe/read-recipe.js';
import type { StepOf } from '../../recipe/schema.js';

/** What turns probabilities into the objects of a mask, with the values that ask for nothing. */
const maskSettings: Readonly<Record<string, readonly unknown[]>> = {
  threshold: [undefined],
  peak: [undefined, 0],
  minimumArea: [undefined, 0],
  fillHoles: [undefined, false],
  split: [undefined, false],
};

const takeMask = 'take `labels: mask`, or leave it out';

/**
 * @param at the step
 * @throws {FtuError} `bad-input` with the line
 */
export function checkPseudoLabels(file: RecipeFile, at: RecipePath, step: StepOf<'pseudo-label'>): void {
  const [low, high] = step.uncertain;
  if (low > high) throw file.fail([...at, 'uncertain'], `the band from ${low} to ${high} is upside down`);
  if (step.labels === 'mask') checkMask(file, at, step);
  else checkProbabilities(file, at, step);
}

function checkMask(file: RecipeFile, at: RecipePath, { uncertain, like }: StepOf<'pseudo-label'>): void {
  if (uncertain.some((value) => value !== 0.5)) {
    throw file.fail(
      [...at, 'uncertain'],
      'a mask has no probabilities, so that the band `uncertain` does nothing with `labels: mask`',
      'leave it out; `threshold` among the settings decides what is foreground',
    );
  }
  const data = file.recipe.steps[like];
  const values = data?.do === 'prepare' ? (parseClasses(data.classes).values ?? []).flat() : [];
  if (new Set(values).size < values.length) {
    throw file.fail(
      [...at, 'labels'],
      `a mask has one class per pixel, and classes of "${like}" overlap`,
      'take `labels: hard`',
    );
  }
}

function checkProbabilities(file: RecipeFile, at: RecipePath, step: StepOf<'pseudo-label'>): void {
  const { labels, settings, tuned } = step;
  for (const [name, idle] of Object.entries(maskSettings)) {
    if (idle.includes(settings[name])) continue;
    const instead = name === 'threshold' ? '; the band `uncertain` decides' : '';
    throw file.fail(
      [...at, 'settings', name],
      `"${name}" does nothing with \`labels: ${labels}\`, which are made of probabilities${instead}`,
      takeMask,
    );
  }
  if (settings.merge === 'or') {
    throw file.fail(
      [...at, 'settings', 'merge'],
      `merge "or" joins masks, and \`labels: ${labels}\` are made of probabilities`,
      'take `labels: mask`, or merge by hann, gaussian, mean or center',
    );
  }
  const tuning = tuned === undefined ? undefined : file.recipe.steps[tuned];
  if (tuning?.do !== 'tune' || tuning.search === undefined || tuning.search.includes('crf')) return;
  throw file.fail(
    [...at, 'tuned'],
    `step "${tuned}" searches ${tuning.search.join(', ')}, none of which \`labels: ${labels}\` look at`,
    takeMask,
  );
}
