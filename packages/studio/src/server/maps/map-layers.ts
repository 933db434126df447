/** Which maps of numbers there are of a slide: by prediction and class, probability and how much an ensemble's models disagree. */
import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
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

/** `ftu predict --outputs disagreement` writes files of the same names beside those of probabilities. */
const DISAGREEMENT_FOLDER = 'disagreement';

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function mapsOfClass(
  prediction: OpenPrediction,
  slide: StudioSlide,
  number: number,
  name: string,
): Promise<FoundMap[]> {
  const probability = prediction.fileOf('probability', slide, name);
  const maps: FoundMap[] = [];
  const shared = { prediction, class: name };
  if (probability !== undefined) {
    maps.push({ ...shared, id: `${prediction.id}-p${number}`, kind: 'probability', path: probability });
  }
  const file = basename(probability ?? `${slide.row.id}.tif`);
  const disagreement = join(prediction.folder, DISAGREEMENT_FOLDER, file);
  if (await isThere(disagreement)) {
    maps.push({ ...shared, id: `${prediction.id}-d${number}`, kind: 'disagreement', path: disagreement });
  }
  return maps;
}

/** Maps of a slide whose files are there. */
export async function findMaps(predictions: readonly OpenPrediction[], slide: StudioSlide): Promise<FoundMap[]> {
  const found = predictions.flatMap((prediction) =>
    prediction.classes.map((name, number) => mapsOfClass(prediction, slide, number, name)),
  );
  return (await Promise.all(found)).flat();
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
    (await findMaps(predictions, slide)).map((map) =>
      files
        .use(map.path, async ({ slide: { width, height } }): Promise<MapLayer[]> => {
          const { id, kind, prediction, class: name } = map;
          const levels = mapLevels({ width, height }).length;
          const shown = { id, kind, name: nameOf(map, predictions.length > 1), prediction: prediction.id, class: name };
          return [{ ...shown, width, height, downsample: size.width / width, levels }];
        })
        .catch((error: unknown) => {
          if (error instanceof FtuError) return [];
          throw error;
        }),
    ),
  );
  return layers.flat();
}
