/** The selected object in numbers, as `objects.csv` has them. */
import { COMPLETE_AREA, IGNORED_AREA, type ObjectMeasures } from '../../protocol/objects.js';
import { numberText } from '../slides/words.js';
import type { Studio } from '../state/studio.js';
import { changeClass, classLabel, deleteSelected } from '../tools/change/commands.js';
import { areaText, diameterText, probabilityText } from './words.js';

const rowsOf = (measures: ObjectMeasures): readonly (readonly [name: string, value: string])[] => {
  const { calibratedProbability, modelAgreement, meanProbability } = measures;
  const rows: (readonly [string, string])[] = [
    ['Area', areaText(measures.areaPx, measures.areaUm2)],
    ['Equivalent diameter', diameterText(measures.equivalentDiameterPx, measures.equivalentDiameterUm)],
    ['Circularity', measures.circularity.toFixed(3)],
    ['Mean probability', meanProbability === undefined ? 'unknown' : probabilityText(meanProbability)],
  ];
  if (calibratedProbability !== undefined)
    rows.push(['Calibrated probability', probabilityText(calibratedProbability)]);
  rows.push(['Agreement of models', modelAgreement === undefined ? 'one model' : probabilityText(modelAgreement)]);
  return rows;
};

function ClassChooser({ studio, id }: { readonly studio: Studio; readonly id: string }) {
  const row = studio.objects.rows.value;
  const found = row?.find(id) ?? -1;
  const now = found < 0 ? undefined : row?.at(found).class;
  const classes = (studio.slides.session.value?.classes ?? []).map(({ name }) => name);
  const names = [...new Set([...(now === undefined ? [] : [now]), ...classes, COMPLETE_AREA, IGNORED_AREA])];
  // Its polygons are sent with its class.
  const isKnown = studio.geometry.version.value >= 0 && studio.geometry.object(id) !== undefined;
  const context = studio.context.value;
  return (
    <label class="field">
      <span class="muted">Class</span>
      <select
        value={now}
        disabled={!isKnown || context === undefined}
        onChange={(event) => {
          if (context !== undefined) changeClass(context, event.currentTarget.value);
        }}
      >
        {names.map((name) => (
          <option key={name} value={name}>
            {classLabel(name)}
          </option>
        ))}
      </select>
    </label>
  );
}

export function ObjectCard({ studio }: { readonly studio: Studio }) {
  const { selection } = studio;
  const ids = selection.ids.value;
  const card = selection.card.value;
  if (ids.size === 0) return null;
  if (ids.size > 1) {
    return (
      <section class="card" aria-label="Selected objects">
        <p>{numberText(ids.size)} objects are selected.</p>
      </section>
    );
  }
  if (card.state === 'none') return null;
  return (
    <section class="card" aria-label="Selected object">
      <header class="card-head">
        <h3>Selected object</h3>
        <div class="card-actions">
          <button type="button" class="button outlined" onClick={() => studio.goToObject(card.id)}>
            Go to
          </button>
          <button
            type="button"
            class="button outlined"
            disabled={studio.context.value === undefined}
            onClick={() => {
              if (studio.context.value !== undefined) deleteSelected(studio.context.value);
            }}
          >
            Delete
          </button>
        </div>
      </header>
      <ClassChooser studio={studio} id={card.id} />
      {card.state === 'failed' && <p class="problem">{card.problem}</p>}
      <dl class="measures" aria-busy={card.state === 'loading'}>
        {card.state === 'known' &&
          rowsOf(card.measures).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
