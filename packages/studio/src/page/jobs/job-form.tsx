/** What shall be done: train again or predict again, with which model and how much; and what that would do, before it starts. */
import { MAX_EPOCHS, MAX_IMAGES_PER_EPOCH } from '../../jobs/job.js';
import { planRows } from './job-words.js';
import type { JobsState, PlanState } from './jobs-state.js';
import { PlanFacts } from './plan-facts.js';

const kinds = [
  { kind: 'train', label: 'Train again' },
  { kind: 'predict', label: 'Predict again' },
] as const;

interface NumberOptions {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  readonly change: (value: number) => void;
}

function NumberField({ label, value, most, change }: NumberOptions) {
  return (
    <label class="job-field">
      <span class="muted">{label}</span>
      <input
        type="number"
        min={1}
        max={most}
        step={1}
        value={Number.isNaN(value) ? '' : value}
        onInput={(event) => change(event.currentTarget.valueAsNumber)}
      />
    </label>
  );
}

function Plan({ plan }: { readonly plan: PlanState }) {
  if (plan.state === 'idle') return null;
  if (plan.state === 'asking') return <p class="muted">Looking at what this would do …</p>;
  if (plan.state === 'failed') return <p class="problem">{plan.problem}</p>;
  const { problem, notes } = plan.plan;
  if (problem !== undefined) return <p class="problem">Cannot start: {problem}.</p>;
  return <PlanFacts rows={planRows(plan.plan)} notes={notes} />;
}

export function JobForm({ state }: { readonly state: JobsState }) {
  const { kind, model, models, epochs, imagesPerEpoch, plan, ready } = state;
  return (
    <form
      class="group"
      aria-label="New job"
      onSubmit={(event) => {
        event.preventDefault();
        void state.start();
      }}
    >
      <div class="segments">
        {kinds.map((one) => (
          <button
            key={one.kind}
            type="button"
            class="button"
            aria-pressed={kind.value === one.kind}
            onClick={() => {
              kind.value = one.kind;
            }}
          >
            {one.label}
          </button>
        ))}
      </div>
      <label class="job-field">
        <span class="muted">{kind.value === 'train' ? 'Starts from' : 'Model'}</span>
        <select
          value={model.value}
          onChange={(event) => {
            model.value = event.currentTarget.value;
          }}
        >
          {models.value.map(({ id, name, trains }) => (
            <option key={id} value={id}>
              {kind.value === 'train' && !trains ? `${name} (its kind, from random weights)` : name}
            </option>
          ))}
        </select>
      </label>
      {kind.value === 'train' && (
        <>
          <NumberField
            label="Epochs"
            value={epochs.value}
            most={MAX_EPOCHS}
            change={(value) => {
              epochs.value = value;
            }}
          />
          <NumberField
            label="Images per epoch"
            value={imagesPerEpoch.value}
            most={MAX_IMAGES_PER_EPOCH}
            change={(value) => {
              imagesPerEpoch.value = value;
            }}
          />
        </>
      )}
      <div class="job-plan" role="status">
        <Plan plan={plan.value} />
      </div>
      <div class="job-actions">
        <button type="submit" class="button primary" disabled={!ready.value}>
          Start
        </button>
        <button type="button" class="button outlined" onClick={() => void state.refresh()}>
          Look again
        </button>
      </div>
    </form>
  );
}
