/** Long work on the thread that draws, in short tasks: what a person does in between is answered. */

/** A task of more than 50 ms is felt; the page needs some of it for itself. */
const TASK_MILLISECONDS = 8;

/**
 * Runs a generator to its end, at once where that is short, else in tasks of some milliseconds.
 *
 * @param steps of a few milliseconds each
 * @param done gets what the generator returns
 * @returns ends it early
 */
export function inSteps<Result>(steps: Generator<undefined, Result>, done: (result: Result) => void): () => void {
  const channel = new MessageChannel();
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
    channel.port1.close();
  };
  const go = (): void => {
    if (isStopped) return;
    const until = performance.now() + TASK_MILLISECONDS;
    do {
      const step = steps.next();
      if (step.done === true) {
        stop();
        done(step.value);
        return;
      }
    } while (performance.now() < until);
    channel.port2.postMessage(undefined);
  };
  channel.port1.onmessage = go;
  go();
  return stop;
}
