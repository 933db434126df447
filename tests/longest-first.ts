/** Starts the longest test files first, so that no processor waits at the end for a file that began last. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** From the longest on; all others follow as vitest orders them. Whole recipes, then trainings, then whole commands. */
const LONGEST = [
  'tests/hubmap.test.ts',
  'tests/program/run.test.ts',
  'tests/program/units.test.ts',
  'cli/tests/predict.test.ts',
  'tests/program/ownership.test.ts',
  'training/resume.test.ts',
  'nn/tests/architectures.test.ts',
  'program/examples/help-examples.test.ts',
  'training/hard-negatives.test.ts',
  'training/unlabelled.test.ts',
  'cli/tests/notebook.test.ts',
  'cli/tests/starter.test.ts',
  'studio/tests/train-again.test.ts',
  'loop/variants.test.ts',
];

/** Files that share a process come last and together: one of another kind between them would end it. Among them the pages come first. */
const rankOf = ({ moduleId, project }: TestSpecification): number => {
  const rank = LONGEST.findIndex((ending) => moduleId.endsWith(ending));
  if (project.config.isolate !== false) return rank < 0 ? LONGEST.length : rank;
  return LONGEST.length + (moduleId.includes('/tests/') ? 1 : 2);
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
