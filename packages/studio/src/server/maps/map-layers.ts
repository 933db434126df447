/** Which maps of numbers there are of a slide: by prediction and class, probability and how much an ensemble's models disagree. */
import { FtuError } from '@ftuseg/core';
import type { MapLayer } from '../../protocol/slides.js';
import type { OpenPrediction, StudioContext, StudioSlide } from '../context.js';
import type { MapFiles } from './map-files.js';
import { mapLevels } from './map-tile.js';

/** A map with its file. */
export interface FoundMap {
  readonly id: string;
  readonly kind: MapLayer['kind'];
  readonly prediction: OpenPrediction;
  readonly class: string;
  /** Absolute. */
  readonly path: string;
}

const KINDS = [
  { kind: 'probability', letter: 'p' },
  { kind: 'disagreement', letter: 'd' },
] as const;

/** Maps of a slide whose files are there. */
export function findMaps(predictions: readonly OpenPrediction[], slide: StudioSlide): FoundMap[] {
  return predictions.flatMap((prediction) =>
    prediction.classes.flatMap((name, number) =>
      KINDS.flatMap(({ kind, letter }): FoundMap[] => {
        const path = prediction.fileOf(kind, slide, name);
        const id = `${prediction.id}-${letter}${number}`;
        return path === undefined ? [] : [{ id, kind, prediction, class: name, path }];
      }),
    ),
  );
}

const nameOf = ({ kind, prediction, class: name }: FoundMap, several: boolean): string => {
  const what = kind === 'probability' ? `probability of ${name}` : `disagreement about ${name}`;
  return several ? `${what} (${prediction.name})` : what;
};

/**
 * What a page must know to draw the maps of a slide. A map that cannot be opened is left out: its tiles would say why, and the slide's other layers work.
 * @param files those that are kept open
 */
export async function describeMaps(context: StudioContext, slide: StudioSlide, files: MapFiles): Promise<MapLayer[]> {
  const predictions = context.predictions();
  const size = await slide.size();
  if (size === undefined) return [];
  const layers = await Promise.all(
    findMaps(predictions, slide).map((map) =>
      files
        .use(map.path, async ({ slide: { width, height } }): Promise<MapLayer[]> => {
          const { id, kind, prediction, class: name } = map;
          const levels = mapLevels({ width, height }).length;
          const shown = { id, kind, name: nameOf(map, predictions.length > 1), prediction: prediction.id, class: name };
          return [{ ...shown, width, height, levels }];
        })
        .catch((error: unknown) => {
          if (error instanceof FtuError) return [];
          throw error;
        }),
    ),
  );
  return layers.flat();
}
