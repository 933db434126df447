/** The first seconds: what the page is about to load, how far it is, and why it cannot go on. */
import '../slides/local.css';
import { useSignal } from '@preact/signals';
import { type OfferedModel, sizeWords } from '../../../models/models-file.js';

export type StartState =
  | { readonly state: 'looking' }
  /** Models that are not kept yet wait for a choice. */
  | { readonly state: 'asking'; readonly offered: readonly OfferedModel[] }
  | { readonly state: 'loading'; readonly what: string; readonly bytes: number; readonly total: number }
  | { readonly state: 'stopped'; readonly problem: string };

export function StartView({
  now,
  load,
}: {
  readonly now: StartState;
  /** With the models that were chosen. */
  readonly load: (chosen: readonly OfferedModel[]) => void;
}) {
  return (
    <main class="start">
      <h1>
        <span class="brand">ftuseg</span> in this browser
      </h1>
      <p>Finds glomeruli on slides from your disk. Nothing is installed, and no slide is sent anywhere.</p>
      {now.state === 'looking' && <p class="muted">Looking at what this browser can do …</p>}
      {now.state === 'asking' && <Choice offered={now.offered} load={load} />}
      {now.state === 'loading' && (
        <>
          <p role="status">
            Loading {now.what}: {sizeWords(now.bytes)} of {sizeWords(now.total)}
          </p>
          <progress max={now.total} value={now.bytes} aria-label={`Loading ${now.what}`} />
        </>
      )}
      {now.state === 'stopped' && (
        <p class="problem" role="alert">
          {now.problem}
        </p>
      )}
    </main>
  );
}

function Choice({
  offered,
  load,
}: {
  readonly offered: readonly OfferedModel[];
  readonly load: (chosen: readonly OfferedModel[]) => void;
}) {
  const chosen = useSignal<readonly OfferedModel[]>(offered);
  return (
    <form
      class="group"
      onSubmit={(event) => {
        event.preventDefault();
        load(chosen.value);
      }}
    >
      <fieldset class="group models">
        <legend>Models of this page, loaded once and kept in this browser</legend>
        {offered.map((model) => (
          <label key={model.sha256} class="model">
            <input
              type="checkbox"
              checked={chosen.value.includes(model)}
              onChange={(event) => {
                const others = chosen.value.filter((one) => one !== model);
                chosen.value = event.currentTarget.checked ? [...others, model] : others;
              }}
            />
            <span>
              {model.name}{' '}
              <span class="muted">
                {sizeWords(model.bytes)}, {model.licence === '' ? 'no licence stated' : `licence ${model.licence}`}.{' '}
                {model.summary}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      <div class="job-actions">
        <button type="submit" class="button primary">
          {chosen.value.length === 0
            ? 'Go on without a model'
            : `Load ${sizeWords(chosen.value.reduce((sum, { bytes }) => sum + bytes, 0))} and go on`}
        </button>
      </div>
      <p class="muted">A model file of your own can be chosen from the disk at any time.</p>
    </form>
  );
}
