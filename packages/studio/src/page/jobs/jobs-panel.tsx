/** The panel of jobs: what can be started, and what was. */
import './jobs.css';
import type { ReadonlySignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { JobForm } from './job-form.js';
import { JobItem } from './job-item.js';
import type { JobsState } from './jobs-state.js';

export interface JobsPanelOptions {
  readonly state: JobsState;
  /** Shows a prediction beside the one that is corrected. */
  readonly compare: (prediction: string) => void;
  /** The prediction that is corrected. */
  readonly corrects: ReadonlySignal<string | undefined>;
}

export function JobsPanel({ state, compare, corrects }: JobsPanelOptions) {
  useEffect(() => {
    void state.refresh();
  }, [state]);
  const { jobs, problem, said } = state;
  return (
    <div class="panel-body jobs">
      <JobForm state={state} />
      {problem.value !== undefined && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      <p class="visually-hidden" role="status">
        {said.value}
      </p>
      {jobs.value.length > 0 && (
        <section class="group" aria-label="Jobs">
          <h2>Jobs</h2>
          <ul class="job-list">
            {jobs.value.map((job) => (
              <JobItem key={job.id} job={job} state={state} compare={compare} corrects={corrects.value} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
