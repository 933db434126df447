/** What the overlay of a pane draws: from the slide's layers, the settings of the panel, and what is compared. */
import type { MapLayer, OutlineLayer, StudioClass } from '../../protocol/slides.js';
import type { MapStyle, OutlineStyle } from '../overlay/overlay.js';
import type { Compared, CompareMode } from '../state/compare.js';
import type { LayerSettings } from '../state/layers.js';

export type Colour = readonly [number, number, number];

/** Truth and what was not read have colours of their own, so that nobody takes them for a prediction. */
export const TRUTH_COLOUR: Colour = [255, 200, 0];
export const UNREAD_COLOUR: Colour = [120, 120, 130];
/** On tissue that is stained magenta or blue, green and cyan are seen best. */
export const PROBABILITY_COLOUR: Colour = [0, 160, 90];
export const DISAGREEMENT_COLOUR: Colour = [230, 90, 0];
const FALLBACK: Colour = [0, 170, 110];
/** CSS pixels. */
const LINE_WIDTH = 2;

export type PaneSide = 'main' | 'second';

export interface ShownOptions {
  readonly outlines: readonly OutlineLayer[];
  readonly maps: readonly MapLayer[];
  readonly classes: readonly StudioClass[];
  readonly settingsOf: (layer: OutlineLayer | MapLayer) => LayerSettings;
  readonly shown: boolean;
  readonly filled: boolean;
  readonly mode: CompareMode;
  readonly compared: Compared | undefined;
  readonly side: PaneSide;
  /** Device pixels from the left to the swipe's line. */
  readonly swipeAt: number;
  readonly canvasWidth: number;
  readonly pixelRatio: number;
}

export interface Shown {
  readonly outlines: ReadonlyMap<string, OutlineStyle>;
  readonly maps: ReadonlyMap<string, MapStyle>;
}

export function coloursOf(
  kind: OutlineLayer['kind'],
  classes: readonly StudioClass[],
): Readonly<Record<string, Colour>> {
  const one = kind === 'truth' ? TRUTH_COLOUR : kind === 'unread' ? UNREAD_COLOUR : undefined;
  return Object.fromEntries(classes.map(({ name, colour }) => [name, one ?? colour]));
}

/** Which layers are compared here: undefined leaves it to the panel. */
const comparedHere = ({ mode, compared, side }: ShownOptions): readonly OutlineLayer[] | undefined => {
  if (mode === 'off' || compared === undefined) return undefined;
  if (mode === 'swipe') return [compared.left, compared.right];
  return [side === 'main' ? compared.left : compared.right];
};

export function shownOf(options: ShownOptions): Shown {
  const { classes, settingsOf, shown, filled, mode, compared, swipeAt, canvasWidth, pixelRatio } = options;
  const here = comparedHere(options);
  const outlineStyle = (layer: OutlineLayer): OutlineStyle => {
    const { visible, opacity } = settingsOf(layer);
    const isCompared = here?.includes(layer) === true;
    const isComparable =
      compared !== undefined && (layer.kind === 'prediction' || layer.kind === 'corrected' || layer.kind === 'truth');
    const style = {
      visible: shown && (isCompared || (visible && !(here !== undefined && isComparable))),
      opacity,
      filled: layer.kind === 'unread' || filled,
      lineWidth: LINE_WIDTH * pixelRatio,
      colours: coloursOf(layer.kind, classes),
      dashed: layer.kind === 'candidates' || layer.kind === 'truth',
    };
    if (mode !== 'swipe' || !isCompared || compared === undefined) return style;
    const clip = layer === compared.left ? { from: 0, to: swipeAt } : { from: swipeAt, to: canvasWidth };
    return { ...style, clip };
  };
  const mapStyle = (layer: MapLayer): MapStyle => {
    const { visible, opacity, threshold } = settingsOf(layer);
    const own = classes.find(({ name }) => name === layer.class)?.colour;
    const colour = layer.kind === 'disagreement' ? DISAGREEMENT_COLOUR : (own ?? PROBABILITY_COLOUR);
    return { visible: shown && visible && mapIsHere(options, here, layer), opacity, threshold, colour };
  };
  return {
    outlines: new Map(options.outlines.map((layer) => [layer.id, outlineStyle(layer)])),
    maps: new Map(options.maps.map((layer) => [layer.id, mapStyle(layer)])),
  };
}

/** Beside each other, each prediction shows its own maps. */
const mapIsHere = (
  { mode }: ShownOptions,
  here: readonly OutlineLayer[] | undefined,
  { prediction }: MapLayer,
): boolean =>
  mode !== 'side' ||
  here === undefined ||
  here.every((one) => one.prediction === undefined || one.prediction === prediction);

/** A colour for what has none, such as a class that only an old log knows. */
export const colourOf = (name: string, classes: readonly StudioClass[]): Colour =>
  classes.find((one) => one.name === name)?.colour ?? FALLBACK;
