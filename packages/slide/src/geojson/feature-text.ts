/** A FeatureCollection as pieces of text, written once for files of Node and for pages. QuPath's properties, as its version 0.5 reads them. */
import { FtuError, type Ring } from '@ftuseg/core';
import type { GeoJsonFeature } from './feature.js';
import { nameUuid, type Sha1 } from './name-uuid.js';

export const COLLECTION_START = '{"type":"FeatureCollection","features":[';
export const COLLECTION_END = '\n]}\n';

/** Characters of a piece, about. */
const PIECE = 1 << 16;

/**
 * One feature of a collection, after those before it.
 * @param index of the feature in the collection; it stands in the name that a feature without an id gets
 * @param subject of errors
 * @param hash for the name, where there is a faster one than `nameUuid`'s
 * @throws {FtuError} `bad-input` for a ring of less than three corners or a coordinate that is not a number
 */
export function* featureText(
  feature: GeoJsonFeature,
  index: number,
  subject?: string,
  hash?: Sha1,
): Generator<string, void, undefined> {
  const { polygons, name } = feature;
  const id = feature.id ?? nameUuid([`${index} ${name}`, ...polygons.flatMap(({ rings }) => rings)], hash);
  const single = polygons.length === 1;
  yield `${index === 0 ? '' : ','}\n{"type":"Feature","id":${JSON.stringify(id)},"geometry":{"type":"${single ? 'Polygon' : 'MultiPolygon'}","coordinates":${single ? '' : '['}`;
  for (const [p, { rings }] of polygons.entries()) {
    yield p === 0 ? '[' : ',[';
    for (const [r, ring] of rings.entries()) {
      if (r > 0) yield ',';
      yield* ringText(ring, index, subject);
    }
    yield ']';
  }
  yield `${single ? '' : ']'}},"properties":${JSON.stringify(propertiesOf(feature))}}`;
}

/** Rings are closed in the text, as RFC 7946 demands. */
function* ringText(ring: Ring, index: number, subject: string | undefined): Generator<string, void, undefined> {
  const closed = ring.length > 2 && ring[0] === ring.at(-2) && ring[1] === ring.at(-1);
  const length = closed ? ring.length - 2 : ring.length;
  if (length < 6 || !ring.every(Number.isFinite)) {
    const problem = length < 6 ? `has a ring of ${length / 2} corners` : 'has a coordinate that is no number';
    throw new FtuError('bad-input', `feature ${index} ${problem}`, subject === undefined ? {} : { subject });
  }
  let text = '[';
  for (let i = 0; i < length; i += 2) {
    text += `[${ring[i]},${ring[i + 1]}],`;
    if (text.length < PIECE) continue;
    yield text;
    text = '';
  }
  yield `${text}[${ring[0]},${ring[1]}]]`;
}

function propertiesOf({ name, colour, measurements, metadata }: GeoJsonFeature): object {
  const taken = Object.entries(measurements ?? {}).filter(([, value]) => Number.isFinite(value));
  return {
    objectType: 'annotation',
    ...(name === undefined ? {} : { classification: { name, color: colour } }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(taken.length === 0 ? {} : { measurements: Object.fromEntries(taken) }),
  };
}

/**
 * A whole collection.
 * @returns pieces of text, to be written one after the other
 * @example
 * const pieces: string[] = [];
 * for await (const piece of collectionText(features)) pieces.push(piece);
 */
export async function* collectionText(
  features: AsyncIterable<GeoJsonFeature> | Iterable<GeoJsonFeature>,
): AsyncGenerator<string, void, undefined> {
  yield COLLECTION_START;
  let index = 0;
  for await (const feature of features) yield* featureText(feature, index++);
  yield COLLECTION_END;
}
