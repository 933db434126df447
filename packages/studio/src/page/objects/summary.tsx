/** The slide's objects as a whole: how many, how dense, how large. */

import { sentence } from '../backend/requests.js';
import { colourOf } from '../layers/shown.js';
import { numberText } from '../slides/words.js';
import type { Studio } from '../state/studio.js';
import { AreaHistogram } from './histogram.js';
import { densityText, sclerosisText } from './words.js';

const unknownDensity = (isScaled: boolean): string =>
  isScaled ? 'unknown: no tissue was measured' : 'unknown: the scale is unknown';

export function ObjectsSummary({ studio }: { readonly studio: Studio }) {
  const { objects, slides } = studio;
  const measures = objects.measures.value;
  const problem = objects.measuresProblem.value;
  if (problem !== undefined) {
    return (
      <p class="problem">
        {problem}{' '}
        <button type="button" class="button outlined" onClick={objects.refreshMeasures}>
          Try again
        </button>
      </p>
    );
  }
  if (measures === undefined) return <p class="muted">Measuring.</p>;
  const classes = slides.session.value?.classes ?? [];
  const { tissueMm2, densityPerMm2, sclerosis } = measures;
  return (
    <section class="summary" aria-label="Objects of the slide">
      <dl class="measures">
        {Object.entries(measures.counts).map(([name, count]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{numberText(count)}</dd>
          </div>
        ))}
        {sclerosis !== undefined && (
          <div>
            <dt>Sclerotic share</dt>
            <dd>{sclerosisText(sclerosis)}</dd>
          </div>
        )}
        <div>
          <dt>Density</dt>
          <dd>
            {densityPerMm2 === undefined || tissueMm2 === undefined
              ? unknownDensity(slides.detail.value?.pixelSize !== undefined)
              : `${densityText(densityPerMm2)} of tissue (${Number(tissueMm2.toPrecision(3))} mm²)`}
          </dd>
        </div>
      </dl>
      {sclerosis !== undefined && <p class="muted">{sentence(sclerosis.classes)}</p>}
      {Object.entries(measures.histograms).map(([name, histogram]) => (
        <AreaHistogram
          key={name}
          name={name}
          histogram={histogram}
          unit={measures.unit}
          colour={`rgb(${colourOf(name, classes).join(' ')})`}
        />
      ))}
    </section>
  );
}
