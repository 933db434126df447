/** Lets a producer work while its consumer does, a bounded number of items ahead. */

/**
 * @param ahead items that may wait for the consumer
 * @returns the same items; an error of the producer comes after the items before it
 */
export async function* prefetch<T>(items: AsyncIterable<T>, ahead: number): AsyncGenerator<T, void, undefined> {
  const ready: T[] = [];
  let wake = (): void => undefined;
  let go = (): void => undefined;
  let state = 'running' as 'running' | 'done' | 'stopped';
  let failure: { readonly error: unknown } | undefined;
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  const produce = async (): Promise<void> => {
    for await (const item of items) {
      ready.push(item);
      wake();
      while (ready.length >= ahead && state === 'running') {
        await new Promise<void>((resolve) => {
          go = resolve;
        });
      }
      if (state === 'stopped') return;
    }
  };
  const producing = produce()
    .catch((error: unknown) => {
      failure = { error };
    })
    .finally(() => {
      if (state === 'running') state = 'done';
      wake();
    });
  try {
    for (;;) {
      const item = ready.shift();
      if (item !== undefined) {
        go();
        yield item;
        continue;
      }
      if (state === 'done') break;
      await changed();
    }
    if (failure !== undefined) throw failure.error;
  } finally {
    state = 'stopped';
    go();
    await producing;
  }
}
