/** A unit of work: one slide, one fold, or the rest of a step, which a process does by itself. Its name is all that an engine need know. */
import { join } from 'node:path';

/**
 * `done`: its result is published. `ready`: it can run. `waiting`: for others. `set aside`: it failed for good so often that nobody should try again before
 * somebody has looked.
 */
export type UnitState = 'done' | 'ready' | 'waiting' | 'set aside';

export interface Unit {
  /** Such as `stage-1/fold/2` or `scores/gather`. */
  readonly id: string;
  /** The step that it is of. */
  readonly step: string;
  /** Such as `fold/2`; undefined for what gathers a step. */
  readonly part: string | undefined;
  /** The kind of the step. */
  readonly kind: string;
  /** Units that come before it. */
  readonly needs: readonly string[];
  readonly state: UnitState;
  /** Why it is set aside. */
  readonly problem: string | undefined;
  /** Where its networks compute. */
  readonly device: string;
  /** Bytes of memory that it needs at least; null: no telling. */
  readonly memory: number | null;
}

export const unitId = (step: string, part: string | undefined): string => `${step}/${part ?? 'gather'}`;

/** Folder of everything about units, in the experiment's. */
export const unitsFolder = (out: string): string => join(out, '.units');

/** Letters of a fingerprint in the name of a folder: nobody finds another one with the same beginning by chance. */
const LETTERS = 16;

/** Folder of the attempts at a unit and of its result: another fingerprint is other work. */
export const unitPlace = (out: string, id: string, fingerprint: string): string =>
  join(unitsFolder(out), ...id.split('/'), fingerprint.slice(0, LETTERS));

/** The result of a part of a step. That of a step lies in its own folder. */
export const publishedIn = (place: string): string => join(place, 'published');
