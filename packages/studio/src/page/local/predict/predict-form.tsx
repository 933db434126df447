/** Settings of a prediction in the page; what is not set is as the model's card says. */
import type { Signal } from '@preact/signals';
import { type FormState, type ViewChoice, viewChoices } from './form-state.js';
import { type ComputeChoice, computeChoices } from './predict-methods.js';

const viewWords: Readonly<Record<ViewChoice, string>> = {
  none: 'one',
  reference: 'four: mirrored and turned over',
  d4: 'all eight: mirrored and turned',
};

const computeWords: Readonly<Record<ComputeChoice, string>> = {
  faster: 'whichever is faster',
  processor: 'the processor',
  graphics: 'the graphics card',
};

interface ChoiceFieldOptions<T extends string> {
  readonly label: string;
  readonly choices: readonly T[];
  readonly words: Readonly<Record<T, string>>;
  readonly chosen: Signal<T>;
}

function ChoiceField<T extends string>({ label, choices, words, chosen }: ChoiceFieldOptions<T>) {
  return (
    <label class="job-field">
      <span class="muted">{label}</span>
      <select
        value={chosen.value}
        onChange={(event) => {
          const { value } = event.currentTarget;
          chosen.value = choices.find((one) => one === value) ?? chosen.value;
        }}
      >
        {choices.map((one) => (
          <option key={one} value={one}>
            {words[one]}
          </option>
        ))}
      </select>
    </label>
  );
}

export function PredictForm({ form }: { readonly form: FormState }) {
  const { threshold, views, minimumArea, computeOn, models } = form;
  const ofCard = models.value[0]?.threshold;
  return (
    <>
      <label class="job-field">
        <span class="muted">Threshold</span>
        <input
          type="number"
          min={0}
          max={1}
          step={0.01}
          placeholder={ofCard === undefined ? '' : `${ofCard} (card)`}
          value={threshold.value ?? ''}
          onInput={(event) => {
            const { valueAsNumber } = event.currentTarget;
            threshold.value = Number.isNaN(valueAsNumber) ? undefined : valueAsNumber;
          }}
        />
      </label>
      <ChoiceField label="Views averaged" choices={viewChoices} words={viewWords} chosen={views} />
      <label class="job-field">
        <span class="muted">Smallest area, µm²</span>
        <input
          type="number"
          min={0}
          step="any"
          placeholder="from the card"
          value={minimumArea.value ?? ''}
          onInput={(event) => {
            const { valueAsNumber } = event.currentTarget;
            minimumArea.value = Number.isNaN(valueAsNumber) ? undefined : valueAsNumber;
          }}
        />
      </label>
      {computeOn !== undefined && (
        <ChoiceField label="Computed on" choices={computeChoices} words={computeWords} chosen={computeOn} />
      )}
    </>
  );
}
