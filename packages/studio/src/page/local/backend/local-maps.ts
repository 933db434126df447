/** Probability maps of predictions in the store: layers for the viewer, and rows for measures. */
import { emptyRaster } from '@ftuseg/core';
import type { ReadableMap } from '../../../measures/mean-probability.js';
import type { MapLayer } from '../../../protocol/slides.js';
import type { MapSource } from '../../overlay/overlay.js';
import type { LibrarySlide } from '../slides/library.js';
import type { PredictionRecord } from '../store/records.js';
import type { StoreMethods } from '../store/store-methods.js';
import type { Caller } from '../worker/calls.js';

const TILE = 256;

const idOf = (prediction: PredictionRecord, klass: number): string => `${prediction.id}-p${klass}`;

/** Maps of a slide's finished predictions that are in the store. */
export async function mapLayers(store: Caller<StoreMethods>, { record, work }: LibrarySlide): Promise<MapLayer[]> {
  const predictions = work?.predictions.filter((one) => one.finished !== undefined) ?? [];
  const layers = predictions.flatMap((prediction) =>
    prediction.classes.map(async (name, klass): Promise<MapLayer[]> => {
      const facts = await store
        .call('map', { slide: record.id, prediction: prediction.id, class: klass })
        .catch(() => undefined);
      const said = predictions.length > 1 ? ` (${prediction.name})` : '';
      return facts === undefined
        ? []
        : [
            {
              id: idOf(prediction, klass),
              kind: 'probability',
              name: `probability of ${name}${said}`,
              prediction: prediction.id,
              class: name,
              ...facts,
            },
          ];
    }),
  );
  return (await Promise.all(layers)).flat();
}

export function mapSource(store: Caller<StoreMethods>, slide: string, layer: MapLayer): MapSource {
  const { prediction, width, height, levels } = layer;
  const klass = Number(/-p(\d+)$/.exec(layer.id)?.[1] ?? 0);
  return {
    width,
    height,
    levels,
    tile: (level, x, y, signal) => store.call('mapTile', { slide, prediction, class: klass, level, x, y }, { signal }),
  };
}

/** @returns undefined where the prediction has no map of the class */
export async function mapRows(
  store: Caller<StoreMethods>,
  slide: string,
  prediction: string,
  klass: number,
): Promise<ReadableMap | undefined> {
  const facts = await store.call('map', { slide, prediction, class: klass });
  if (facts === undefined) return undefined;
  const { width, height } = facts;
  return {
    width,
    height,
    readRows: async ({ left = 0, columns = width, top, rows }) => {
      const out = emptyRaster(columns, rows);
      for (let y = Math.floor(top / TILE); y * TILE < top + rows; y++) {
        for (let x = Math.floor(left / TILE); x * TILE < left + columns; x++) {
          const tile = new Uint8Array(await store.call('mapTile', { slide, prediction, class: klass, level: 0, x, y }));
          const [right, down] = [x * TILE - left, y * TILE - top];
          const [start, end] = [Math.max(0, -right), Math.min(TILE, columns - right)];
          for (let i = Math.max(0, -down); i < Math.min(TILE, rows - down); i++) {
            out.data.set(tile.subarray(i * TILE + start, i * TILE + end), (down + i) * columns + right + start);
          }
        }
      }
      return out;
    },
  };
}
