/** The settings that a search decides: what turns probabilities into objects, after the network has spoken. */
import { type PerClass, perClassWords } from '../settings/per-class.js';
import type { AreaUnit, PredictSettings } from '../settings/predict-settings.js';
import { type KnownByCards, resolveSettings } from '../settings/resolve-settings.js';

/** In the order in which they are searched: first what shapes the mask, then what cleans it. */
export const tunable = ['threshold', 'crf', 'fillHoles', 'minimumArea', 'peak'] as const;

export type Tunable = (typeof tunable)[number];

export interface TunedSettings {
  /** For each class, above 0 and below 1. */
  readonly threshold: readonly number[];
  /** As `crfByName` takes it. */
  readonly crf: string;
  readonly fillHoles: boolean;
  /** For each class, in `minimumAreaUnit`. */
  readonly minimumArea: readonly number[];
  /** Of all slides of the search. */
  readonly minimumAreaUnit: AreaUnit;
  /** For each class; 0: no hysteresis. */
  readonly peak: readonly number[];
}

/** Equal for equal settings. */
export const keyOf = ({ threshold, crf, fillHoles, minimumArea, peak }: TunedSettings): string =>
  JSON.stringify([threshold, crf, fillHoles, minimumArea, peak]);

/**
 * Where the search begins: what is given, else the defaults of prediction.
 * @param known classes of the models, and what their cards say @param minimumAreaUnit of all slides
 * @throws {FtuError} `bad-input` naming every setting that is impossible
 */
export function startOf(given: PredictSettings, known: KnownByCards, minimumAreaUnit: AreaUnit): TunedSettings {
  // The sizes in a card are in micrometres, and say nothing of pixels.
  const { leastArea, ...cards } = known;
  const said = minimumAreaUnit === 'px' ? cards : { ...cards, leastArea };
  const { threshold, fillHoles, minimumArea, peak } = resolveSettings(given, said);
  return { threshold, crf: given.crf ?? 'none', fillHoles, minimumArea, minimumAreaUnit, peak };
}

/** One number, or one for each class by name, as `resolveSettings` reads it. */
const perClassOf = (values: readonly number[], classes: readonly string[]): PerClass =>
  values.length === 1 ? (values[0] ?? 0) : Object.fromEntries(values.map((value, c) => [classes[c], value]));

/**
 * Settings for `predictTable`: what was given, with what was found.
 * @example
 * await writeFile('tuned.json', JSON.stringify(predictSettingsOf({ views: 'd4' }, settings, card.classes)));
 */
export function predictSettingsOf(
  given: PredictSettings,
  { threshold, crf, fillHoles, minimumArea, minimumAreaUnit, peak }: TunedSettings,
  classes: readonly string[],
): PredictSettings {
  return {
    ...given,
    threshold: perClassOf(threshold, classes),
    crf,
    fillHoles,
    minimumArea: perClassOf(minimumArea, classes),
    ...(minimumArea.every((area) => area === 0) ? {} : { minimumAreaUnit }),
    peak: perClassOf(peak, classes),
  };
}

/** A setting for people. */
export function describeSetting(name: Tunable, settings: TunedSettings, classes: readonly string[]): string {
  if (name === 'crf') return settings.crf;
  if (name === 'fillHoles') return settings.fillHoles ? 'yes' : 'no';
  const text = perClassWords(perClassOf(settings[name], classes));
  if (name !== 'minimumArea' || settings.minimumArea.every((area) => area === 0)) return text;
  return `${text} ${settings.minimumAreaUnit === 'px' ? 'px' : 'µm²'}`;
}
