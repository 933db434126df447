/** From the records of finished steps to what the report says; a step that is not done is missing there, and no more. */
import type { ReportParts, RunContext } from '../../step-kind/step-kind.js';
import type { ReportData } from '../report-data.js';
import { machineFacts } from './machine-facts.js';

/** Scores of fewer slides say little. */
const FEW_SLIDES = 10;

const unfinished = ({ outcomes }: RunContext): string[] =>
  outcomes.flatMap(({ name, status, summary }) =>
    status === 'failed' || status === 'skipped' ? [`Step ${name} is not done: ${summary}.`] : [],
  );

/** What makes numbers look better than they are. */
function cautionsOf(context: RunContext, parts: readonly ReportParts[]): string[] {
  const scored = parts.flatMap(({ scoredSlides = [] }) => scoredSlides);
  const few = scored.some((count) => count < FEW_SLIDES)
    ? ['Fewer than ten slides were scored: intervals are wide, and small differences mean nothing.']
    : [];
  return [...unfinished(context), ...parts.flatMap(({ cautions = [] }) => cautions), ...few];
}

function sourcesOf({ file, slides }: RunContext['checked']): [string, string][] {
  return [...slides].map(([name, rows]) => {
    const { table, where } = file.recipe.slides[name] ?? { table: '', where: undefined };
    return [`slides "${name}"`, `${rows.length} of ${table}${where === undefined ? '' : `, ${where}`}`];
  });
}

/** What a report step says of itself. */
export interface ReportWords {
  readonly title?: string | undefined;
  readonly summary?: string | undefined;
  readonly cautions: readonly string[];
}

/** @param recipe the recipe as it was run, with every default */
export async function collectReport(context: RunContext, words: ReportWords, recipe: string): Promise<ReportData> {
  const { checked, outcomes } = context;
  const { file } = checked;
  const parts: ReportParts[] = [];
  for (const kind of file.kinds.values()) parts.push(await kind.report(context));
  const headlines = parts.flatMap((part) => part.headlines ?? []);
  return {
    title: words.title ?? file.recipe.name,
    summary: [words.summary ?? '', headlines.join(' ')].filter((text) => text !== '').join(' '),
    cautions: [...words.cautions, ...cautionsOf(context, parts)],
    date: new Date(),
    tables: parts.flatMap(({ tables = [] }) => tables),
    evaluations: parts.flatMap(({ evaluations = [] }) => evaluations),
    trainings: parts.flatMap(({ trainings = [] }) => trainings),
    selections: parts.flatMap(({ selections = [] }) => selections),
    pseudoLabels: parts.flatMap(({ pseudoLabels = [] }) => pseudoLabels),
    steps: outcomes,
    facts: [...machineFacts(), ['seed', String(file.recipe.seed ?? "each training's own")], ...sourcesOf(checked)],
    recipe,
  };
}
