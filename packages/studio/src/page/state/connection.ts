/** Whether the server answers. When it is gone the page says so, asks again by itself, and goes on where it was. */
import { type ReadonlySignal, signal } from '@preact/signals';

export interface Connection {
  readonly reached: ReadonlySignal<boolean>;
  /** Told of every answer and silence of the backend. */
  readonly heard: (reached: boolean) => void;
  /** Called when the server is back. */
  readonly onReturn: (listener: () => void) => void;
  readonly askNow: () => void;
  readonly close: () => void;
}

const MIN_WAIT = 1000;
const MAX_WAIT = 15_000;

/** @param ask resolves if the server answers; it is asked after 1, 2, 4, ... 15 seconds while it does not */
export function createConnection(ask: () => Promise<unknown>): Connection {
  const reached = signal(true);
  const listeners: (() => void)[] = [];
  let wait = MIN_WAIT;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const again = (): void => {
    clearTimeout(timer);
    timer = setTimeout(askNow, wait);
    wait = Math.min(MAX_WAIT, wait * 2);
  };
  const askNow = (): void => {
    clearTimeout(timer);
    timer = undefined;
    ask().then(
      () => heard(true),
      () => {
        if (!reached.value) again();
      },
    );
  };
  const heard = (answered: boolean): void => {
    if (answered === reached.value) return;
    reached.value = answered;
    if (!answered) {
      wait = MIN_WAIT;
      again();
      return;
    }
    clearTimeout(timer);
    for (const listener of listeners) listener();
  };
  return {
    reached,
    heard,
    onReturn: (listener) => {
      listeners.push(listener);
    },
    askNow,
    close: () => clearTimeout(timer),
  };
}
