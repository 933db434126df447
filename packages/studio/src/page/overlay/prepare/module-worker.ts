/** The worker that prepares chunks, from a file of its own: a server's page loads it beside its script. */
export const moduleWorker = (): Worker =>
  new Worker(new URL('./prepare.worker.ts', import.meta.url), { type: 'module' });
