/** What is drawn over the slide: each layer with its switch, opacity and, for maps, the threshold that acts at once. */
import type { MapLayer, OutlineLayer } from '../../protocol/slides.js';
import { sentence } from '../backend/requests.js';
import { ComparePanel } from '../compare/compare-panel.js';
import { numberText } from '../slides/words.js';
import { type LayerSettings, layerKey } from '../state/layers.js';
import type { Studio } from '../state/studio.js';
import { ColourSwitch } from './colour-switch.js';
import { type Colour, DISAGREEMENT_COLOUR, PROBABILITY_COLOUR, TRUTH_COLOUR, UNREAD_COLOUR } from './shown.js';

const cssColour = ([red, green, blue]: Colour): string => `rgb(${red} ${green} ${blue})`;

function swatch(layer: OutlineLayer | MapLayer, studio: Studio): readonly Colour[] {
  const classes = studio.slides.session.value?.classes ?? [];
  if (layer.kind === 'truth') return [TRUTH_COLOUR];
  if (layer.kind === 'unread') return [UNREAD_COLOUR];
  if (layer.kind === 'disagreement') return [DISAGREEMENT_COLOUR];
  if ('class' in layer) return [classes.find(({ name }) => name === layer.class)?.colour ?? PROBABILITY_COLOUR];
  const prediction = studio.slides.session.value?.predictions.find(({ id }) => id === layer.prediction);
  const own = prediction?.classes ?? [];
  return classes.filter(({ name }) => own.length === 0 || own.includes(name)).map(({ colour }) => colour);
}

function LayerRow({ studio, layer }: { readonly studio: Studio; readonly layer: OutlineLayer | MapLayer }) {
  const { layers } = studio;
  const initial = studio.firstSettings(layer);
  const settings = layers.of(layer, initial);
  const change = (next: Partial<LayerSettings>): void => layers.change(layer, next, initial);
  const id = `layer-${layerKey(layer).replace(/[^A-Za-z0-9]+/g, '-')}`;
  const isMap = 'class' in layer;
  // What is corrected is counted as it stands.
  const standing = layer === studio.correctedLayer.value ? studio.objects.count.value : undefined;
  const objects = isMap ? undefined : (standing ?? layer.objects);
  return (
    <li class="layer">
      <div class="layer-head">
        <input
          type="checkbox"
          id={id}
          checked={settings.visible}
          onChange={(event) => change({ visible: event.currentTarget.checked })}
        />
        <span class="swatches" aria-hidden="true">
          {swatch(layer, studio).map((colour) => (
            <span
              key={colour.join()}
              class={isMap ? 'swatch full' : 'swatch'}
              style={{ '--colour': cssColour(colour) }}
            />
          ))}
        </span>
        <label for={id}>{layer.name}</label>
        {objects !== undefined && <span class="muted layer-count">{numberText(objects)}</span>}
      </div>
      {!isMap && layer.note !== undefined && <p class="muted layer-note">{sentence(layer.note)}</p>}
      {settings.visible && (
        <div class="layer-sliders">
          <Slider
            label="Opacity"
            name={`Opacity of ${layer.name}`}
            value={settings.opacity}
            change={(opacity) => change({ opacity })}
          />
          {isMap && (
            <Slider
              label="From"
              name={`Threshold of ${layer.name}`}
              value={settings.threshold}
              change={(threshold) => change({ threshold })}
            />
          )}
        </div>
      )}
    </li>
  );
}

function Slider({
  label,
  name,
  value,
  change,
}: {
  readonly label: string;
  readonly name: string;
  readonly value: number;
  readonly change: (value: number) => void;
}) {
  const percent = Math.round(value * 100);
  return (
    <label class="slider">
      <span class="muted">{label}</span>
      <input
        type="range"
        min="0"
        max="100"
        value={percent}
        aria-label={name}
        aria-valuetext={`${percent} %`}
        onInput={(event) => change(Number(event.currentTarget.value) / 100)}
      />
      <output>{percent} %</output>
    </label>
  );
}

export function LayersPanel({ studio }: { readonly studio: Studio }) {
  const { layers, slides } = studio;
  const detail = slides.detail.value;
  if (detail === undefined) return <p class="panel-note muted">Open a slide to see its layers.</p>;
  const rows = [...detail.outlines, ...detail.maps];
  return (
    <div class="panel-body">
      <div class="layer-switches">
        <label>
          <input
            type="checkbox"
            checked={layers.shown.value}
            onChange={(event) => {
              layers.shown.value = event.currentTarget.checked;
            }}
          />
          Show layers
        </label>
        <label>
          <input
            type="checkbox"
            checked={layers.filled.value}
            onChange={(event) => {
              layers.filled.value = event.currentTarget.checked;
            }}
          />
          Fill outlines
        </label>
      </div>
      {rows.length === 0 ? (
        <p class="muted">There is no prediction, truth or map of this slide.</p>
      ) : (
        <ul class="layer-list">
          {rows.map((layer) => (
            <LayerRow key={layerKey(layer) + layer.id} studio={studio} layer={layer} />
          ))}
        </ul>
      )}
      <ColourSwitch studio={studio} use={detail.colours} />
      <ComparePanel compare={studio.compare} />
    </div>
  );
}
