/** The panel that predicts in the page: models and settings, what it will take, how far it is. */
import '../../jobs/jobs.css';
import './predict.css';
import { useRef } from 'preact/hooks';
import { sizeWords } from '../../../models/models-file.js';
import type { Messages } from '../../state/messages.js';
import { sentenceOf } from '../../state/messages.js';
import { ScaleField } from '../scale/scale-field.js';
import type { ModelRecord, PredictionRecord } from '../store/records.js';
import { EstimateView } from './estimate-view.js';
import { PredictForm } from './predict-form.js';
import type { PredictState } from './predict-state.js';
import { RunView } from './run-view.js';

export interface PredictPanelOptions {
  readonly state: PredictState;
  readonly messages: Messages;
  /** Undefined: no slide is open. */
  readonly slide: string | undefined;
}

function ModelList({ state, messages }: Pick<PredictPanelOptions, 'state' | 'messages'>) {
  const input = useRef<HTMLInputElement>(null);
  const { models, form } = state;
  const add = async (files: readonly File[]): Promise<void> => {
    for (const file of files) {
      try {
        const { sha256 } = await models.add(file.name, new Uint8Array(await file.arrayBuffer()));
        form.chosen.value = [sha256];
      } catch (error) {
        messages.problem(new Error(`${file.name}: ${sentenceOf(error)}`));
      }
    }
  };
  const toggle = ({ sha256 }: ModelRecord, isOn: boolean): void => {
    const others = form.models.value.map((one) => one.sha256).filter((one) => one !== sha256);
    form.chosen.value = isOn ? [...others, sha256] : others;
  };
  return (
    <fieldset class="group models">
      <legend>Models</legend>
      <ul class="job-list">
        {models.list.value.map((model) => (
          <li key={model.sha256}>
            <label class="model">
              <input
                type="checkbox"
                checked={form.models.value.includes(model)}
                onChange={(event) => toggle(model, event.currentTarget.checked)}
              />
              <span>
                {model.name}{' '}
                <span class="muted">
                  {sizeWords(model.bytes)}, {model.licence === '' ? 'no licence stated' : `licence ${model.licence}`}.{' '}
                  {model.summary}
                </span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      <input
        ref={input}
        type="file"
        accept=".onnx"
        multiple
        class="visually-hidden"
        id="model-files"
        aria-label="Model files"
        tabIndex={-1}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          void add(files);
        }}
      />
      <button type="button" class="button outlined" onClick={() => input.current?.click()}>
        Choose a model file …
      </button>
    </fieldset>
  );
}

function Unfinished({ state, slide }: { readonly state: PredictState; readonly slide: string }) {
  const list = state.unfinished.value;
  if (list.length === 0) return null;
  const isBusy = state.run.value?.state === 'running';
  return (
    <section class="group" aria-label="Not finished">
      <h2>Not finished</h2>
      <ul class="job-list">
        {list.map((one: PredictionRecord) => (
          <li key={one.id} class="card job">
            <h3>{one.name}</h3>
            <p class="muted">Begun {new Date(one.begun).toLocaleString()}. It goes on where it stood.</p>
            <div class="job-actions">
              <button
                type="button"
                class="button primary"
                disabled={isBusy}
                onClick={() => void state.goOn(slide, one)}
              >
                Go on
              </button>
              <button type="button" class="button outlined" onClick={() => void state.cancel(slide, one.id)}>
                Delete
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function PredictPanel({ state, messages, slide }: PredictPanelOptions) {
  const { run, said, form, scale, problem, estimate } = state;
  const isBusy = run.value?.state === 'running';
  return (
    <div class="panel-body jobs predict">
      {run.value !== undefined && <RunView state={state} run={run.value} />}
      {slide !== undefined && <Unfinished state={state} slide={slide} />}
      <form
        class="group"
        aria-label="New prediction"
        onSubmit={(event) => {
          event.preventDefault();
          void state.start();
        }}
      >
        <ModelList state={state} messages={messages} />
        <ScaleField
          scale={scale}
          predictedAt={state.predictedAt.value}
          isBusy={isBusy || form.models.value.length === 0}
        />
        <PredictForm form={form} />
        <div class="job-plan" role="status">
          {problem.value !== undefined && <p class="problem">{problem.value}</p>}
          {slide === undefined && <p class="muted">Open a slide first.</p>}
          <EstimateView estimate={estimate.value} />
        </div>
        <div class="job-actions">
          <button
            type="submit"
            class="button primary"
            disabled={isBusy || slide === undefined || problem.value !== undefined}
          >
            Predict
          </button>
          <button
            type="button"
            class="button outlined"
            disabled={isBusy || slide === undefined || problem.value !== undefined || estimate.value.state === 'asking'}
            onClick={() => void state.ask()}
          >
            Estimate
          </button>
        </div>
      </form>
      <p class="visually-hidden" role="status">
        {said.value}
      </p>
    </div>
  );
}
