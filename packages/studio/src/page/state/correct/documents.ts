/** Corrections of slides: those of a slide that was left go on being sent until everything is acknowledged, so that nothing is lost by looking elsewhere. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { EditDocument } from '../../../edits/edit-document.js';
import type { EditTransport } from '../../../edits/transport.js';

export interface Documents {
  /** The slide's document: the one that still has something to send, else read anew. @throws what the transport throws */
  readonly open: (slide: string) => Promise<EditDocument>;
  /** Closes it, now or when it has sent everything. */
  readonly leave: (slide: string) => void;
  /** Edits of slides that were left, not acknowledged yet. */
  readonly waiting: ReadonlySignal<number>;
  /** After the server was away. */
  readonly retry: () => void;
}

/** @param stuck told once of a slide that was left and whose edits cannot go on without a person */
export function createDocuments(
  transport: (slide: string) => EditTransport,
  stuck: (slide: string) => void,
): Documents {
  const known = new Map<string, EditDocument>();
  /** By slide: stops listening. */
  const left = new Map<string, () => void>();
  const told = new Set<string>();
  const waiting = signal(0);

  const count = (): void => {
    waiting.value = [...left.keys()].reduce((sum, slide) => sum + (known.get(slide)?.pending.length ?? 0), 0);
  };
  const settle = (slide: string, document: EditDocument): void => {
    if (document.pending.length === 0) {
      left.get(slide)?.();
      left.delete(slide);
      known.delete(slide);
      told.delete(slide);
      document.close();
    } else if ((document.status === 'refused' || document.status === 'conflict') && !told.has(slide)) {
      told.add(slide);
      stuck(slide);
    }
    count();
  };
  return {
    open: async (slide) => {
      left.get(slide)?.();
      left.delete(slide);
      count();
      const before = known.get(slide);
      if (before !== undefined) return before;
      const document = await EditDocument.open(transport(slide));
      known.set(slide, document);
      return document;
    },
    leave: (slide) => {
      const document = known.get(slide);
      if (document === undefined || left.has(slide)) return;
      left.set(
        slide,
        document.onChange(() => settle(slide, document)),
      );
      settle(slide, document);
    },
    waiting,
    retry: () => {
      for (const slide of left.keys()) known.get(slide)?.retry();
    },
  };
}
