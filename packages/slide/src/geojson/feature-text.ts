/** The text of a feature as QuPath reads it, the same in Node's files and in a page. */
import type { Ring } from '@ftuseg/core';
import type { GeoJsonFeature } from './feature.js';

export function propertiesOf({ name, colour, measurements, metadata }: GeoJsonFeature): object {
  const taken = Object.entries(measurements ?? {}).filter(([, value]) => Number.isFinite(value));
  return {
    objectType: 'annotation',
    ...(name === undefined ? {} : { classification: { name, color: colour } }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(taken.length === 0 ? {} : { measurements: Object.fromEntries(taken) }),
  };
}

/** Closed, as RFC 7946 demands. */
function ringText(ring: Ring): string {
  const isClosed = ring.length > 2 && ring[0] === ring.at(-2) && ring[1] === ring.at(-1);
  const length = isClosed ? ring.length - 2 : ring.length;
  let text = '[';
  for (let i = 0; i < length; i += 2) text += `[${ring[i]},${ring[i + 1]}],`;
  return `${text}[${ring[0]},${ring[1]}]]`;
}

/** @param feature with an id of its own */
export function featureText(feature: GeoJsonFeature & { readonly id: string }): string {
  const polygons = feature.polygons.map(({ rings }) => `[${rings.map(ringText).join(',')}]`);
  const [only] = polygons;
  const isSingle = polygons.length === 1;
  const coordinates = isSingle ? only : `[${polygons.join(',')}]`;
  const geometry = `{"type":"${isSingle ? 'Polygon' : 'MultiPolygon'}","coordinates":${coordinates}}`;
  const properties = JSON.stringify(propertiesOf(feature));
  return `{"type":"Feature","id":${JSON.stringify(feature.id)},"geometry":${geometry},"properties":${properties}}`;
}

/** A FeatureCollection, piece by piece. */
export async function* collectionText(
  features:
    | AsyncIterable<GeoJsonFeature & { readonly id: string }>
    | Iterable<GeoJsonFeature & { readonly id: string }>,
): AsyncGenerator<string> {
  let isFirst = true;
  yield '{"type":"FeatureCollection","features":[';
  for await (const feature of features) {
    yield `${isFirst ? '' : ','}\n${featureText(feature)}`;
    isFirst = false;
  }
  yield '\n]}\n';
}
