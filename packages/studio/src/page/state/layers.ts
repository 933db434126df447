/** Which layers are shown and how; the same for every slide of a session, so that the next slide looks as this one does. */
import { computed, type ReadonlySignal, type Signal } from '@preact/signals';
import { type MapLayer, type OutlineLayer, type TileColours, tileColours } from '../../protocol/slides.js';
import { isBoolean, isOneOf, type Preferences } from './preferences.js';

export interface LayerSettings {
  readonly visible: boolean;
  /** 0 to 1. */
  readonly opacity: number;
  /** 0 to 1; of maps: below it nothing is shown. */
  readonly threshold: number;
}

export interface LayersState {
  /** All outlines and maps; QuPath's H. */
  readonly shown: Signal<boolean>;
  /** Outlines are filled; QuPath's F. */
  readonly filled: Signal<boolean>;
  /** Of the slide below the layers. */
  readonly colours: Signal<TileColours>;
  readonly settings: ReadonlySignal<Readonly<Record<string, LayerSettings>>>;
  readonly of: (layer: OutlineLayer | MapLayer, initial?: Partial<LayerSettings>) => LayerSettings;
  readonly change: (
    layer: OutlineLayer | MapLayer,
    change: Partial<LayerSettings>,
    initial?: Partial<LayerSettings>,
  ) => void;
}

/** A layer is the same on every slide if it is of the same kind, prediction and class. */
export const layerKey = (layer: OutlineLayer | MapLayer): string =>
  'class' in layer
    ? `${layer.kind}:${layer.prediction}:${layer.class}`
    : `${layer.kind}:${layer.prediction ?? layer.name}`;

/** What is looked at first: the objects as they stand; everything else is one click away. */
const firstSight: Readonly<Record<(OutlineLayer | MapLayer)['kind'], LayerSettings>> = {
  corrected: { visible: true, opacity: 1, threshold: 0 },
  prediction: { visible: false, opacity: 1, threshold: 0 },
  truth: { visible: false, opacity: 1, threshold: 0 },
  unread: { visible: true, opacity: 0.7, threshold: 0 },
  candidates: { visible: false, opacity: 1, threshold: 0 },
  probability: { visible: false, opacity: 0.6, threshold: 0.5 },
  disagreement: { visible: false, opacity: 0.6, threshold: 0.1 },
};

const isSettings = (value: unknown): value is Readonly<Record<string, LayerSettings>> =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every(
    (one: unknown) =>
      typeof one === 'object' &&
      one !== null &&
      'visible' in one &&
      isBoolean(one.visible) &&
      'opacity' in one &&
      typeof one.opacity === 'number' &&
      'threshold' in one &&
      typeof one.threshold === 'number',
  );

export function createLayers(preferences: Preferences): LayersState {
  const shown = preferences.kept('layers-shown', true, isBoolean);
  const filled = preferences.kept('filled', false, isBoolean);
  const colours = preferences.kept<TileColours>('colours', 'srgb', isOneOf(tileColours));
  const kept = preferences.kept<Readonly<Record<string, LayerSettings>>>('layers', {}, isSettings);
  const settings = computed(() => kept.value);
  const of = (layer: OutlineLayer | MapLayer, initial: Partial<LayerSettings> = {}): LayerSettings =>
    kept.value[layerKey(layer)] ?? { ...firstSight[layer.kind], ...initial };
  const change: LayersState['change'] = (layer, next, initial) => {
    kept.value = { ...kept.value, [layerKey(layer)]: { ...of(layer, initial), ...next } };
  };
  return { shown, filled, colours, settings, of, change };
}
