/** Where a person says the scale of a slide whose file does not. */
import { MAX_MICRONS, MIN_MICRONS } from '@ftuseg/core';
import { describeScaleEstimate } from '@ftuseg/infer/browser';
import { sentence } from '../../backend/requests.js';
import type { ScaleEstimateState, SlideScale } from './slide-scale.js';

function estimateWords(now: ScaleEstimateState): string {
  if (now.state === 'idle') return '';
  if (now.state === 'failed') return now.problem;
  if (now.state === 'asking') {
    return now.assumed === undefined ? 'Opening the model …' : `Assuming ${now.assumed.toPrecision(3)} µm per pixel …`;
  }
  return `${sentence(describeScaleEstimate(now.estimate))} Compare it with a glomerulus on the slide, by the scale bar, before you go on.`;
}

export interface ScaleFieldOptions {
  readonly scale: SlideScale;
  /** Micrometres per pixel with which the objects that are shown were predicted; undefined: none, or nothing is predicted. */
  readonly predictedAt: number | undefined;
  readonly isBusy: boolean;
}

export function ScaleField({ scale, predictedAt, isBusy }: ScaleFieldOptions) {
  const { isMissing, stated, estimate } = scale;
  if (!isMissing.value) return null;
  const isAsking = estimate.value.state === 'asking';
  const words = estimateWords(estimate.value);
  const isOther = predictedAt !== undefined && stated.value !== undefined && predictedAt !== stated.value;
  return (
    <div class="scale-field">
      <p class="muted">The file does not state the scale of this slide. Say it, or have it estimated.</p>
      <label class="job-field">
        <span class="muted">Micrometres per pixel</span>
        <input
          type="number"
          min={MIN_MICRONS}
          max={MAX_MICRONS}
          step="any"
          value={stated.value ?? ''}
          onChange={(event) => {
            const { valueAsNumber } = event.currentTarget;
            void scale.state(Number.isNaN(valueAsNumber) ? undefined : valueAsNumber);
          }}
        />
      </label>
      <div class="job-actions">
        <button type="button" class="button outlined" disabled={isBusy || isAsking} onClick={() => void scale.ask()}>
          Estimate the scale
        </button>
      </div>
      <div role="status">
        {words !== '' && <p class={estimate.value.state === 'failed' ? 'problem' : 'muted'}>{words}</p>}
        {isOther && (
          <p class="warning">
            The objects of this slide were predicted and measured at {predictedAt} µm per pixel: predict it again.
          </p>
        )}
      </div>
    </div>
  );
}
