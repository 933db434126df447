/** Several tasks at a time, answers in order. */

/**
 * @param tasks started as they come, `underWay` of them before the first answer is awaited
 * @throws what tasks and their source throw, after the answers before it
 */
export async function* inOrder<T>(
  tasks: AsyncIterable<() => Promise<T>>,
  underWay: number,
): AsyncGenerator<T, void, undefined> {
  const queue: Promise<T>[] = [];
  try {
    for await (const task of tasks) {
      const running = task();
      // Its failure is reported when it is awaited; until then it must not count as unhandled.
      running.catch(() => undefined);
      queue.push(running);
      const oldest = queue.length > underWay ? queue.shift() : undefined;
      if (oldest !== undefined) yield await oldest;
    }
    for (let oldest = queue.shift(); oldest !== undefined; oldest = queue.shift()) yield await oldest;
  } finally {
    // Runs that nobody waits for any more still read their batches.
    await Promise.allSettled(queue);
  }
}
