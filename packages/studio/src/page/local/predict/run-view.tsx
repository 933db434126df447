/** The prediction that runs: how far, how long still, and what can be done with it. */
import { useSignal } from '@preact/signals';
import { numberText } from '../../slides/words.js';
import type { PredictState, Run } from './predict-state.js';
import { timeWords } from './time-words.js';

const stateWords: Readonly<Record<Run['state'], string>> = { running: 'running', paused: 'paused', failed: 'stopped' };

function progressWords({ done, total, secondsLeft, state }: Run): string {
  if (total === 0) return state === 'running' ? 'Opening the model and looking for tissue …' : 'Not begun yet.';
  const tiles = `${numberText(done)} of ${numberText(total)} tiles`;
  const left = secondsLeft === undefined || state !== 'running' ? '' : `, ${timeWords(secondsLeft)} left`;
  return `${tiles}${left}`;
}

export function RunView({ state, run }: { readonly state: PredictState; readonly run: Run }) {
  const sure = useSignal(false);
  const { slide, slideName, prediction, problem, done, total } = run;
  return (
    <section class="card job" data-state={run.state} aria-label={`Prediction of ${slideName}`}>
      <header class="card-head">
        <h3>{slideName}</h3>
        <span class="job-state">{stateWords[run.state]}</span>
      </header>
      <p class="muted">{prediction.name}</p>
      <div class="job-progress">
        <progress max={Math.max(1, total)} value={done} aria-label={`Progress of ${slideName}`} />
        <p>{progressWords(run)}</p>
        {run.seenFirst && <p class="muted seen-first">What you look at is predicted; the rest follows.</p>}
      </div>
      {problem !== undefined && <p class="problem">{problem}</p>}
      <div class="job-actions">
        {run.state === 'running' ? (
          <button type="button" class="button outlined" onClick={state.pause}>
            Pause
          </button>
        ) : (
          <button type="button" class="button primary" onClick={() => void state.goOn(slide, prediction)}>
            Go on
          </button>
        )}
        <button
          type="button"
          class="button outlined"
          onClick={() => {
            if (sure.value) void state.cancel(slide, prediction.id);
            sure.value = !sure.value;
          }}
        >
          {sure.value ? 'Delete what is computed' : 'Cancel'}
        </button>
      </div>
    </section>
  );
}
