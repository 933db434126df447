/**
 * How the threads of OpenMP and OpenBLAS wait for each other. By default libgomp and OpenBLAS let them spin, which is fast on an idle machine; beside another
 * busy process they burn the time that the one they wait for would need, and a training slows down several times more than its share.
 */

/** The shortest time that OpenBLAS can let a thread spin for, as a power of two of processor cycles (its own choice is 26). */
const SHORTEST_SPIN = '4';

/** How often a thread of OpenMP looks before it sleeps: some ten microseconds, less than putting it to sleep and waking it costs. */
const SHORT_WAIT = '1000';

/**
 * Lets them sleep after a moment instead, unless the user has chosen. Both libraries read this once, when they are loaded with the addon; in a worker thread,
 * whose environment is a copy, it says nothing, so that the main thread has to come first.
 *
 * @param env the environment of the process
 */
export function chooseWaitPolicy(env: NodeJS.ProcessEnv): void {
  env.OPENBLAS_THREAD_TIMEOUT ??= SHORTEST_SPIN;
  if (env.OMP_WAIT_POLICY !== undefined || env.GOMP_SPINCOUNT !== undefined) return;
  // The second is libgomp's own, and goes before the first, which other runtimes know too.
  env.OMP_WAIT_POLICY = 'passive';
  env.GOMP_SPINCOUNT = SHORT_WAIT;
}
