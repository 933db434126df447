/** Opens the corrections of slides, each once, and brings them into agreement with a prediction that was run anew. */
import { join } from 'node:path';
import { counted } from '@ftuseg/core';
import type { BaseRecord, LogHeader } from '../../edits/log/log-line.js';
import { reconcile } from '../../edits/reconcile/reconcile.js';
import type { StudioContext, StudioSlide } from '../context.js';
import { baseSource, isSameBase, recordOf } from './base/base-source.js';
import { slideBase } from './base/slide-base.js';
import { EditLog } from './log/edit-log.js';
import { EditedSlide } from './slide-document.js';

/** What the step is called in which corrections are brought over to a new prediction. */
const NEW_PREDICTION = 'new prediction';

export type Documents = (slide: StudioSlide) => Promise<EditedSlide>;

/**
 * @param context what it needs of it
 * @param onNote told what a person should know of a log
 * @returns a function that opens a slide's document, or gives the open one, after a look whether its prediction was run anew. It rejects with
 *   FtuError `io` and, for a damaged log, `bad-input`
 */
export function openDocuments(
  context: Pick<StudioContext, 'session' | 'predictions' | 'workFolder'>,
  onNote: (sentence: string) => void,
): Documents {
  const open = new Map<string, Promise<EditedSlide>>();
  const refreshing = new Map<string, Promise<unknown>>();
  const seen = new Map<string, BaseRecord>();
  return async (slide) => {
    const known = open.get(slide.id);
    const opening = known ?? openSlideDocument(context, slide, onNote);
    open.set(slide.id, opening);
    // A log that could not be read is tried again: somebody may mend it.
    opening.catch(() => open.get(slide.id) === opening && open.delete(slide.id));
    const document = await opening;
    const turn = (refreshing.get(slide.id) ?? Promise.resolve()).then(() =>
      refresh({ context, slide, document, onNote, seen }),
    );
    refreshing.set(
      slide.id,
      turn.catch(() => undefined),
    );
    await turn;
    return document;
  };
}

export const correctionsFolder = (context: Pick<StudioContext, 'workFolder'>, slide: StudioSlide): string =>
  join(context.workFolder, 'corrections', slide.row.id);

type Surroundings = Pick<StudioContext, 'session' | 'predictions' | 'workFolder'>;

async function openSlideDocument(
  context: Surroundings,
  slide: StudioSlide,
  onNote: (sentence: string) => void,
): Promise<EditedSlide> {
  const folder = correctionsFolder(context, slide);
  const notes: string[] = [];
  const tell = (sentence: string): void => {
    notes.push(sentence);
    onNote(sentence);
  };
  const log = await EditLog.open(join(folder, 'edits.jsonl'), slide.row.id, tell);
  const replaced = await otherPicture(slide, log.header?.picture);
  if (replaced !== undefined) tell(replaced);
  const source = baseSource(context, slide);
  const known = log.entries.findLast(({ base }) => base !== undefined)?.base ?? log.header?.base;
  const current = await recordOf(source, slide, known);
  const record = known ?? current;
  const base = slideBase(slide, folder, record, isSameBase(record, current) ? source : undefined);
  return new EditedSlide(slide, log, base, notes);
}

/** @returns a sentence where the slide has not the size that it had when it was first corrected */
async function otherPicture(slide: StudioSlide, before: LogHeader['picture']): Promise<string | undefined> {
  const now = before && (await slide.size());
  if (before === undefined || now === undefined) return undefined;
  if (now.width === before.width && now.height === before.height) return undefined;
  const [was, is] = [before, now].map(({ width, height }) => `${width} x ${height}`);
  return `slide "${slide.row.id}" was ${was} pixels when it was corrected and is ${is} now: its corrections lie where they did on that picture; put it back, or give this one another id in the slide table`;
}

interface Refreshing {
  readonly context: Surroundings;
  readonly slide: StudioSlide;
  readonly document: EditedSlide;
  readonly onNote: (sentence: string) => void;
  /** Of files that were looked at: the same file is not read at every request. */
  readonly seen: Map<string, BaseRecord>;
}

/** Looks whether the prediction is still the one that the edits were made on; if not, brings them over. */
async function refresh({ context, slide, document, onNote, seen }: Refreshing): Promise<void> {
  const source = baseSource(context, slide);
  const before = document.base;
  // Without a prediction or truth in this session the copy beside the log goes on.
  if (source.kind === 'nothing' && before.record.kind !== 'nothing') return;
  const record = await recordOf(source, slide, seen.get(slide.id) ?? before.record);
  seen.set(slide.id, record);
  if (isSameBase(record, before.record)) return;
  const after = slideBase(slide, correctionsFolder(context, slide), record, source);
  if (document.revision === 0) return document.replaceBase(after);
  await document.rebase(after, async () => {
    const { changes, disagreements } = await reconcile(document, before.objects(), after.objects());
    onNote(
      `slide "${slide.row.id}": corrections begin from ${record.kind === 'truth' ? 'its truth ' : ''}"${record.name}" now, which is not what was corrected; they stay, and disagree with it in ${counted(disagreements.length, 'place')}`,
    );
    return {
      edit: changes.length === 0 ? undefined : { kind: 'change', label: NEW_PREDICTION, changes: [...changes] },
      disagreements,
    };
  });
}
