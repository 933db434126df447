/** What is compared with what: beside each other with linked cameras, or over each other with a line to swipe. */
import type { Signal } from '@preact/signals';
import type { OutlineLayer } from '../../protocol/slides.js';
import type { CompareMode, CompareState } from '../state/compare.js';
import { layerKey } from '../state/layers.js';

const modes: readonly { readonly mode: CompareMode; readonly label: string }[] = [
  { mode: 'off', label: 'Off' },
  { mode: 'side', label: 'Side by side' },
  { mode: 'swipe', label: 'Swipe' },
];

function Choice({
  label,
  chosen,
  now,
  choices,
}: {
  readonly label: string;
  readonly chosen: Signal<string | undefined>;
  readonly now: OutlineLayer;
  readonly choices: readonly OutlineLayer[];
}) {
  return (
    <label class="field">
      <span class="muted">{label}</span>
      <select
        value={layerKey(now)}
        onChange={(event) => {
          chosen.value = event.currentTarget.value;
        }}
      >
        {choices.map((layer) => (
          <option key={layer.id} value={layerKey(layer)}>
            {layer.name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function ComparePanel({ compare }: { readonly compare: CompareState }) {
  const choices = compare.choices.value;
  const compared = compare.compared.value;
  const isPossible = choices.length > 1;
  return (
    <fieldset class="group">
      <legend>Compare</legend>
      <div class="segments">
        {modes.map(({ mode, label }) => (
          <button
            key={mode}
            type="button"
            class="button"
            aria-pressed={compare.mode.value === mode}
            disabled={!isPossible && mode !== 'off'}
            onClick={() => {
              compare.mode.value = mode;
            }}
          >
            {label}
          </button>
        ))}
      </div>
      {!isPossible && <p class="muted">Needs two predictions, or a prediction and the truth.</p>}
      {compared !== undefined && (
        <>
          <Choice label="Left" chosen={compare.left} now={compared.left} choices={choices} />
          <Choice label="Right" chosen={compare.right} now={compared.right} choices={choices} />
        </>
      )}
    </fieldset>
  );
}
