/** All levels of a slide into a file or a series: tiles that are taken over, and those that are compressed anew. */
import type { Slide } from '../slide.js';
import { copyLevel, NotOfOneForm } from './copy-level.node.js';
import type { LevelSink } from './level-sink.js';
import { type MadeLevel, makeLevels } from './make-levels.node.js';
import { type FormatLimits, type LevelOptions, type PlannedLevel, planLevels, USUAL_QUALITY } from './plan-levels.js';
import type { TileCounts } from './tile-counts.js';

export interface WriteLevelsOptions extends LevelOptions {
  readonly limits: FormatLimits;
  /** Called with the share that is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined;
}

export interface WrittenLevel extends PlannedLevel, Readonly<TileCounts> {}

export interface WrittenLevels {
  readonly levels: readonly WrittenLevel[];
}

/**
 * @param begin makes the output anew: also called again, where a tile turns out not to be of its level's form, so that the level is compressed anew;
 *   what was written before is to be given up
 * @throws FtuError `bad-input` where tiles were to be kept and cannot be; `cancelled`
 */
export async function writeLevels<Sink extends LevelSink>(
  slide: Slide,
  begin: (levels: readonly PlannedLevel[]) => Promise<Sink>,
  options: WriteLevelsOptions,
): Promise<WrittenLevels & { readonly sink: Sink }> {
  const unfit = new Map<number, string>();
  for (;;) {
    const planned = await planLevels(slide, options, options.limits, unfit);
    const sink = await begin(planned);
    try {
      const counts = await writeInto(sink, slide, planned, options);
      return { sink, levels: planned.map((level, i) => ({ ...level, ...(counts[i] ?? { copied: 0, encoded: 0 }) })) };
    } catch (error) {
      if (!(error instanceof NotOfOneForm)) throw error;
      unfit.set(error.level, error.message);
    }
  }
}

/** A level whose tiles are taken over or whose pixels are read, and the levels below that are halves of it. */
interface Group {
  readonly first: number;
  readonly levels: readonly [PlannedLevel, ...PlannedLevel[]];
}

function groupsOf(levels: readonly PlannedLevel[]): Group[] {
  const groups: Group[] = [];
  for (const [number, level] of levels.entries()) {
    const last = groups.at(-1);
    if (level.from.kind === 'halved' && last !== undefined) {
      groups[groups.length - 1] = { ...last, levels: [...last.levels, level] };
    } else groups.push({ first: number, levels: [level] });
  }
  return groups;
}

async function writeInto(
  sink: LevelSink,
  slide: Slide,
  planned: readonly PlannedLevel[],
  { quality = USUAL_QUALITY, signal, onProgress }: WriteLevelsOptions,
): Promise<TileCounts[]> {
  const counts = planned.map((): TileCounts => ({ copied: 0, encoded: 0 }));
  const countsOf = (number: number): TileCounts => counts[number] as TileCounts;
  const groups = groupsOf(planned);
  // Work is counted in pixels of the level that is read, twice where its tiles are taken over and halves are made of it.
  const pixels = ({ width, height }: PlannedLevel): number => width * height;
  const works = groups.map(
    ({ levels: [head, ...halves] }) => pixels(head) * (head.from.kind === 'copied' && halves.length > 0 ? 2 : 1),
  );
  const total = works.reduce((sum, work) => sum + work, 0);
  let done = 0;
  for (const { first, levels } of groups) {
    const [head, ...halves] = levels;
    const onShare = (share: number): void => onProgress?.((done + share * pixels(head)) / total);
    const options = { quality, signal, onShare };
    if (head.from.kind === 'copied') {
      const output = await sink.begin(first, head);
      await copyLevel(slide, head, head.from.level, output, { ...options, counts: countsOf(first) });
      await output.finish();
      done += pixels(head);
      if (halves.length === 0) continue;
    }
    const made: [MadeLevel, ...MadeLevel[]] = [
      {
        level: head,
        output: head.from.kind === 'copied' ? undefined : await sink.begin(first, head),
        counts: countsOf(first),
      },
    ];
    for (const [i, level] of halves.entries()) {
      const number = first + 1 + i;
      made.push({ level, output: await sink.begin(number, level), counts: countsOf(number) });
    }
    await makeLevels(slide, made, options);
    for (const { output } of made) await output?.finish();
    done += pixels(head);
  }
  return counts;
}
