/** A slide has newer edits than the one that somebody wants to add. */
import { FtuError } from '@ftuseg/core';
import type { EditConflict } from '../../protocol/edits.js';

export class EditConflictError extends FtuError {
  readonly conflict: EditConflict;

  constructor(conflict: EditConflict) {
    super('unavailable', 'the slide was changed meanwhile', { hint: 'fetch the newer edits first' });
    this.conflict = conflict;
  }
}
