/** A FeatureCollection as pieces of text, written once for files of Node and for pages. QuPath's properties, as its version 0.5 reads them. */
import { FtuError, type Ring } from '@ftuseg/core';
import { type CoordinateOrigin, collectionStart, movedBy, SLIDE_CORNER } from './coordinate-origin.js';
import type { GeoJsonFeature } from './feature.js';
import { nameUuid, type Sha1 } from './name-uuid.js';

export const COLLECTION_END = '\n]}\n';

/** Characters of a piece, about. */
const PIECE = 1 << 16;

export interface FeatureTextOptions {
  /** That its coordinates are to count from; the corner of the slide if unset. */
  readonly origin?: CoordinateOrigin | undefined;
  /** Of errors. */
  readonly subject?: string | undefined;
  /** For the name of a feature without an id, where there is a faster one than `nameUuid`'s. */
  readonly hash?: Sha1 | undefined;
}

/**
 * One feature of a collection, after those before it.
 * @param index of the feature in the collection; it stands in the name that a feature without an id gets
 * @throws {FtuError} `bad-input` for a ring of less than three corners or a coordinate that is not a number
 */
export function* featureText(
  feature: GeoJsonFeature,
  index: number,
  { origin: [x, y] = SLIDE_CORNER, subject, hash }: FeatureTextOptions = {},
): Generator<string, void, undefined> {
  const { polygons, name } = movedBy(feature, [-x, -y]);
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
 * @param features in level-0 pixels from the corner of the slide
 * @param origin that the text is to count from, and states; undefined: the corner of the slide, which goes without saying
 * @returns pieces of text, to be written one after the other
 * @example
 * const pieces: string[] = [];
 * for await (const piece of collectionText(features)) pieces.push(piece);
 */
export async function* collectionText(
  features: AsyncIterable<GeoJsonFeature> | Iterable<GeoJsonFeature>,
  origin?: CoordinateOrigin,
): AsyncGenerator<string, void, undefined> {
  yield collectionStart(origin);
  let index = 0;
  for await (const feature of features) yield* featureText(feature, index++, { origin });
  yield COLLECTION_END;
}
