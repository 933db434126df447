/** Settings of a prediction in the page; what is not set is as the model's card says. */
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

const isCompute = (value: string): value is ComputeChoice => computeChoices.some((one) => one === value);
const isView = (value: string): value is ViewChoice => viewChoices.some((one) => one === value);

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
      <label class="job-field">
        <span class="muted">Views averaged</span>
        <select
          value={views.value}
          onChange={(event) => {
            const { value } = event.currentTarget;
            if (isView(value)) views.value = value;
          }}
        >
          {viewChoices.map((one) => (
            <option key={one} value={one}>
              {viewWords[one]}
            </option>
          ))}
        </select>
      </label>
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
        <label class="job-field">
          <span class="muted">Computed on</span>
          <select
            value={computeOn.value}
            onChange={(event) => {
              const { value } = event.currentTarget;
              if (isCompute(value)) computeOn.value = value;
            }}
          >
            {computeChoices.map((one) => (
              <option key={one} value={one}>
                {computeWords[one]}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}
