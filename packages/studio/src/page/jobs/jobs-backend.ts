/** What the panel of jobs asks for. One implementation speaks to the server; another may train in the page. */
import type { JobList, JobRequest, JobView } from '../../jobs/job.js';
import type { JobPlan } from '../../jobs/plan.js';
import { routes } from '../../protocol/routes.js';
import { createAsk, createRequest, type RequestOptions } from '../backend/requests.js';

export interface JobsBackend {
  readonly list: () => Promise<JobList>;
  /** What a job would do; `problem` in it says why it cannot start. */
  readonly plan: (request: JobRequest, signal: AbortSignal) => Promise<JobPlan>;
  readonly start: (request: JobRequest) => Promise<JobView>;
  readonly stop: (job: string) => Promise<void>;
  readonly goOn: (job: string) => Promise<void>;
  readonly remove: (job: string) => Promise<void>;
  /**
   * Tells how a job comes on, until it is over or nobody listens any more.
   * @returns ends it
   */
  readonly follow: (job: string, listener: (view: JobView) => void) => () => void;
}

const read = async <T>(response: Response): Promise<T> => JSON.parse(await response.text());

/** Over the server's addresses. Answers come from the same build of the same package, so their shape is trusted. */
export function httpJobs(options: RequestOptions = {}): JobsBackend {
  const request = createRequest(createAsk(options));
  const post = (path: string, body?: unknown, signal?: AbortSignal): Promise<Response> =>
    request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body ?? {}),
      ...(signal === undefined ? {} : { signal }),
    });
  return {
    list: async () => read<JobList>(await request(routes.jobs)),
    plan: async (job, signal) => read<JobPlan>(await post(routes.jobPlan, job, signal)),
    start: async (job) => read<JobView>(await post(routes.jobs, job)),
    stop: async (job) => void (await post(routes.jobStop(job))),
    goOn: async (job) => void (await post(routes.jobContinue(job))),
    remove: async (job) => void (await request(routes.job(job), { method: 'DELETE' })),
    follow: (job, listener) => {
      const source = new EventSource(`${options.base ?? ''}${routes.jobEvents(job)}`);
      source.addEventListener('job', (event) => {
        if (event instanceof MessageEvent && typeof event.data === 'string') listener(JSON.parse(event.data));
      });
      // Without this the browser would ask again for ever.
      source.addEventListener('end', () => source.close());
      return () => source.close();
    },
  };
}
