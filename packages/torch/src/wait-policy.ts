/**
 * How threads of OpenMP wait for each other. By default libgomp lets them spin, which is fast on an idle machine; beside another busy process they burn the
 * time that the one they wait for would need, and a training slows down several times more than its share.
 */

/**
 * Lets them sleep instead, unless the user has chosen. libgomp reads this once, when it is loaded with the addon; in a worker thread, whose environment is
 * a copy, it says nothing, so that the main thread has to come first.
 *
 * @param env the environment of the process
 */
export function chooseWaitPolicy(env: NodeJS.ProcessEnv): void {
  if (env.OMP_WAIT_POLICY !== undefined || env.GOMP_SPINCOUNT !== undefined) return;
  env.OMP_WAIT_POLICY = 'passive';
}
