/** Sentences that the page owes its reader: what went wrong, where, and a way to try again. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { BackendError } from '../backend/backend.js';

export interface Message {
  readonly id: number;
  readonly kind: 'problem' | 'notice';
  readonly text: string;
  /** Tries again what failed. */
  readonly retry?: (() => void) | undefined;
  /** Nobody answered: that is said once for all, and tried again when somebody does. */
  readonly isSilence: boolean;
}

export interface Messages {
  readonly list: ReadonlySignal<readonly Message[]>;
  /** The line at the bottom: what a tool or a command says, replaced by the next. */
  readonly status: ReadonlySignal<string>;
  readonly say: (sentence: string) => void;
  readonly notice: (text: string) => void;
  /** One sentence, said once however often it happens. */
  readonly problem: (error: unknown, retry?: () => void) => void;
  readonly dismiss: (id: number) => void;
  /** The server is back: what failed for its silence is tried again and said no longer. */
  readonly answered: () => void;
}

/** More would hide the slide. */
const MAX_MESSAGES = 4;

export const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function createMessages(): Messages {
  const list = signal<readonly Message[]>([]);
  const status = signal('');
  const silent = new Set<() => void>();
  let last = 0;

  const add = (kind: Message['kind'], text: string, isSilence: boolean, retry?: () => void): void => {
    const others = list.value.filter((message) => message.text !== text);
    last += 1;
    list.value = [...others, { id: last, kind, text, retry, isSilence }].slice(-MAX_MESSAGES);
  };
  const dismiss = (id: number): void => {
    list.value = list.value.filter((message) => message.id !== id);
  };
  return {
    list,
    status,
    say: (sentence) => {
      status.value = sentence;
    },
    notice: (text) => add('notice', text, false),
    problem: (error, retry) => {
      const isSilence = error instanceof BackendError && error.kind === 'unreachable';
      // Several may fail for the same silence: each has its own way to try again.
      if (isSilence && retry !== undefined) silent.add(retry);
      add('problem', sentenceOf(error), isSilence, retry);
    },
    dismiss,
    answered: () => {
      list.value = list.value.filter(({ isSilence }) => !isSilence);
      const again = [...silent];
      silent.clear();
      for (const retry of again) retry();
    },
  };
}
