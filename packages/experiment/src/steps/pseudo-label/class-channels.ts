/** What models say, in the classes of the data set that the labels are for: matched by name, wherever they stand among those of the models. */
import { type Raster, raster } from '@ftuseg/core';
import { type ClassMap, classOrder } from '@ftuseg/slide';

/** @param known classes of the models, of whose masks label k is class k - 1. @param wanted classes of the data set */
export function maskClasses(known: readonly string[], wanted: readonly string[]): ClassMap {
  const order = classOrder(known, wanted, 'the models know');
  if (known.length === 1) return { names: wanted, values: undefined };
  const others = [...known.keys()].filter((c) => !order.includes(c)).map((c) => c + 1);
  return {
    names: wanted,
    values: order.map((c) => [c + 1]),
    ...(others.length === 0 ? {} : { areas: { background: { values: others, objects: [] } } }),
  };
}

/**
 * @param probability height x width x classes of the models
 * @param order of each wanted class its channel, as `classOrder` gives it
 * @returns height x width x wanted classes
 */
export function pickChannels(probability: Raster<Float32Array>, order: readonly number[]): Raster<Float32Array> {
  const { data, width, height, channels } = probability;
  if (order.length === channels && order.every((from, c) => from === c)) return probability;
  const picked = new Float32Array(width * height * order.length);
  for (let i = 0; i < width * height; i++) {
    for (const [c, from] of order.entries()) picked[i * order.length + c] = data[i * channels + from] as number;
  }
  return raster(width, height, order.length, picked);
}
