/** One job: how far it is, its curves, what can be done with it, and what it said. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { isOver, type JobView } from '../../jobs/job.js';
import { Curves } from './curves.js';
import { progressText, stateWords } from './job-words.js';
import type { JobsState } from './jobs-state.js';

interface ItemOptions {
  readonly job: JobView;
  readonly state: JobsState;
  /** Shows a prediction beside the one that is corrected. */
  readonly compare: (prediction: string) => void;
  /** The prediction that is corrected. */
  readonly corrects: string | undefined;
}

function ConfirmDelete({ id, state }: { readonly id: string; readonly state: JobsState }) {
  const keep = useRef<HTMLButtonElement>(null);
  // The button that was pressed is gone, and with it the keyboard's place.
  useLayoutEffect(() => keep.current?.focus(), []);
  return (
    <div class="job-actions">
      <p>Its model, its prediction and its log are deleted with it.</p>
      <button type="button" class="button outlined" onClick={() => void state.remove(id)}>
        Delete for good
      </button>
      <button
        type="button"
        class="button outlined"
        ref={keep}
        onClick={() => {
          state.deleting.value = undefined;
        }}
      >
        Keep
      </button>
    </div>
  );
}

function Actions({ job, state, compare, corrects }: ItemOptions) {
  const { id, prediction } = job;
  const runs = job.state === 'running' || job.state === 'waiting';
  const canGoOn = job.state === 'stopped' || job.state === 'failed';
  if (state.deleting.value === id) return <ConfirmDelete id={id} state={state} />;
  return (
    <div class="job-actions">
      {prediction !== undefined && prediction === corrects && (
        <p class="muted">What it found is what you see and correct.</p>
      )}
      {prediction !== undefined && prediction !== corrects && (
        <button type="button" class="button primary" onClick={() => compare(prediction)}>
          Compare with the old prediction
        </button>
      )}
      {runs && (
        <button type="button" class="button outlined" onClick={() => void state.stop(id)}>
          Stop
        </button>
      )}
      {canGoOn && (
        <button type="button" class="button outlined" onClick={() => void state.goOn(id)}>
          Go on
        </button>
      )}
      {isOver(job.state) && (
        <button
          type="button"
          class="button outlined"
          onClick={() => {
            state.deleting.value = id;
          }}
        >
          Delete
        </button>
      )}
    </div>
  );
}

export function JobItem({ job, state, compare, corrects }: ItemOptions) {
  const { id, title, progress, problem, warnings, command, created } = job;
  const words = progressText(job);
  const isCurrent = !isOver(job.state);
  return (
    <li class="card job" data-state={job.state} aria-labelledby={`job-${id}`}>
      <header class="card-head">
        <h3 id={`job-${id}`}>{title}</h3>
        <span class="job-state">{stateWords[job.state]}</span>
      </header>
      <p class="muted">{new Date(created).toLocaleString()}</p>
      {job.state !== 'done' && (
        <div class="job-progress">
          <progress max={1} value={progress.share} aria-label={`Progress of ${title}`} />
          <p>{words}</p>
          {isCurrent && progress.text !== '' && <p class="muted job-line">{progress.text}</p>}
        </div>
      )}
      {problem !== undefined && <p class="problem">{problem}.</p>}
      {warnings.map((warning) => (
        <p key={warning} class="warning">
          {warning}
        </p>
      ))}
      <Curves history={progress.curves} />
      <Actions job={job} state={state} compare={compare} corrects={corrects} />
      <details>
        <summary>Log</summary>
        <textarea class="job-log" readOnly rows={8} aria-label={`Log of ${title}`} value={progress.log.join('\n')} />
        <label class="job-command">
          <span class="muted">The same on a terminal, and what goes on with it</span>
          <input type="text" readOnly value={command} onFocus={(event) => event.currentTarget.select()} />
        </label>
      </details>
    </li>
  );
}
