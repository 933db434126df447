/**
 * Options whose names have changed. The old one works for one more version, with a line on standard error. A property of a schema that still
 * has the old name is shown under the new one.
 */

type Renamed = Readonly<Record<string, string>>;

const PREDICTION: Renamed = { peak: 'hysteresis', split: 'splitTouching', all: 'includeBackground' };

/** For each command, old name to new name, both in camelCase. */
const renamed: Readonly<Record<string, Renamed>> = {
  convert: { tile: 'tileSize' },
  prepare: { tile: 'tileSize', allTiles: 'includeBackground' },
  tiles: { tile: 'tileSize', all: 'includeBackground' },
  train: { tile: 'tileSize' },
  predict: PREDICTION,
  tune: PREDICTION,
};

/** The name of the option for a property of a command's schema, in camelCase. */
export const nameNow = (command: string, property: string): string => renamed[command]?.[property] ?? property;

/** The names that an option had before. */
export const namesBefore = (command: string, name: string): readonly string[] =>
  Object.entries(renamed[command] ?? {}).flatMap(([before, now]) => (now === name ? [before] : []));
