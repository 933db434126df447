/**
 * A slide's log of corrections in the browser's store: the same lines as a server's `edits.jsonl`, flushed before they are acknowledged. Several tabs may
 * have the slide open: a lock keeps them apart, and the revision in the file says who was first.
 */
import { FtuError } from '@ftuseg/core';
import { editProblem } from '../../../edits/check-edit.js';
import { EditState } from '../../../edits/edit-state.js';
import { type BaseRecord, encodeLine, type LogLine } from '../../../edits/log/log-line.js';
import { parseLog, type ReadLog } from '../../../edits/log/parse-log.js';
import type { SendResult } from '../../../edits/transport.js';
import type { Edit, LoggedEdit } from '../../../protocol/edits.js';
import { folderAt, madeFolder, type OpenFile, openFileIn } from './folders.js';

export const LOG = 'edits.jsonl';

export interface SentEdit {
  readonly slide: string;
  /** Undefined: only what the corrections stand on changes. */
  readonly edit: Edit | undefined;
  readonly ifMatch: number;
  /** Level-0 pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** What corrections begin from, where this is the first. */
  readonly base: BaseRecord;
  /** They stand on `base` from here on, whatever they began from. */
  readonly rebases?: boolean | undefined;
}

const editsOf = ({ entries }: ReadLog): LoggedEdit[] =>
  entries.flatMap(({ revision, time, edit }) =>
    edit === undefined || revision === undefined ? [] : [{ revision, time, edit }],
  );

const locked = <T>(slide: string, work: () => Promise<T>): Promise<T> =>
  navigator.locks.request(`ftuseg edits ${slide}`, work);

/** Reads the log and cuts a torn line off, which was never acknowledged. */
function readOpen(file: OpenFile, slide: string): ReadLog {
  const bytes = new Uint8Array(file.getSize());
  file.read(bytes, { at: 0 });
  const log = parseLog(bytes, LOG, slide);
  if (log.torn > 0) {
    file.truncate(log.size);
    file.flush();
  }
  return log;
}

async function withLog<T>(slide: string, create: boolean, work: (file: OpenFile) => T): Promise<T | undefined> {
  const folder = create ? await madeFolder(['slides', slide]) : await folderAt(['slides', slide], { create: false });
  if (folder === undefined) return undefined;
  let file: OpenFile;
  try {
    file = await openFileIn(folder, LOG, create);
  } catch (error) {
    if (!create && error instanceof DOMException && error.name === 'NotFoundError') return undefined;
    throw error;
  }
  try {
    return work(file);
  } finally {
    file.close();
  }
}

export interface KeptEdits {
  /** What they stand on; undefined: there are none. */
  readonly base: BaseRecord | undefined;
  readonly edits: readonly LoggedEdit[];
}

/** @throws FtuError `bad-input` for a damaged log */
export function readEdits(slide: string): Promise<KeptEdits> {
  return locked(slide, async () => {
    const log = await withLog(slide, false, (file) => readOpen(file, slide));
    if (log === undefined) return { base: undefined, edits: [] };
    const rebased = log.entries.findLast(({ base }) => base !== undefined);
    return { base: rebased?.base ?? log.header?.base, edits: editsOf(log) };
  });
}

/** What cannot be kept of an edit; undefined: nothing. */
function problemOf(edits: readonly LoggedEdit[], edit: Edit, { size }: SentEdit): string | undefined {
  if (edit.kind === 'change') return editProblem(edit, size);
  const state = new EditState();
  for (const { edit: earlier } of edits) state.apply(earlier);
  if (edit.kind === 'undo') return state.undoLabel === undefined ? 'there is nothing to undo' : undefined;
  return state.redoLabel === undefined ? 'there is nothing to do again' : undefined;
}

/** All of the bytes on the disk, or none. @throws DOMException `QuotaExceededError` */
function append(file: OpenFile, size: number, lines: readonly LogLine[]): void {
  const parts = lines.map(encodeLine);
  try {
    let at = size;
    for (const part of parts) {
      const written = file.write(part, { at });
      if (written < part.length) throw new DOMException('no room is left', 'QuotaExceededError');
      at += written;
    }
    file.flush();
  } catch (error) {
    file.truncate(size);
    file.flush();
    throw error;
  }
}

/** Keeps an edit, or says why not; other tabs' edits come first. @throws FtuError `bad-input` for a damaged log */
export function sendEdit(sent: SentEdit): Promise<SendResult> {
  const { slide, edit, ifMatch, base } = sent;
  return locked(slide, async () => {
    const result = await withLog(slide, true, (file): SendResult => {
      const log = readOpen(file, slide);
      const edits = editsOf(log);
      if (edits.length !== ifMatch) {
        return { kind: 'conflict', conflict: { revision: edits.length, missed: edits.slice(Math.max(0, ifMatch)) } };
      }
      const { rebases = false } = sent;
      const problem = edit === undefined ? undefined : problemOf(edits, edit, sent);
      if (problem !== undefined) return { kind: 'refused', problem: { problem, hint: 'the edit is not kept' } };
      const revision = edits.length + (edit === undefined ? 0 : 1);
      const entry: LogLine = {
        ...(edit === undefined ? {} : { revision, edit }),
        time: Date.now(),
        ...(rebases ? { base } : {}),
      };
      const header: LogLine[] = log.header === undefined ? [{ format: 'ftuseg edits', version: 1, slide, base }] : [];
      try {
        append(file, log.size, [...header, entry]);
      } catch (error) {
        const hint = 'export the work and delete what is no longer needed, then send the edit again';
        const problem = `the browser could not keep the edit: ${error instanceof Error ? error.message : String(error)}`;
        return { kind: 'refused', problem: { problem, hint } };
      }
      return { kind: 'accepted', revision };
    });
    if (result === undefined) throw new FtuError('io', 'the log of corrections could not be opened');
    return result;
  });
}
