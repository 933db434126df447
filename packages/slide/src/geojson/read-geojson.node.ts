/**
 * The features of a GeoJSON file one after another: a file of a million corners is read in little more memory than its largest
 * feature, and in a fraction of the time that an object for each corner takes.
 */
import { SlideError } from '../slide-error.js';
import { JsonSyntaxError, OPEN_ARRAY } from './byte-cursor.node.js';
import { type CoordinateOrigin, movedBy, SLIDE_CORNER } from './coordinate-origin.js';
import type { GeoJsonFeature } from './feature.js';
import { type JsonValue, parseJson } from './json-values.js';
import { notJson } from './not-json.node.js';
import { childrenOf, isGeometry, isObject, parseFeature } from './parse-feature.js';
import { FeatureSplitter } from './split-features.node.js';
import { refuseLateOrigin, statedOrigin } from './stated-origin.js';
import { utf8Chunks } from './utf8-chunks.node.js';

export interface ReadGeoJsonOptions {
  /**
   * Where on the slide the coordinates count from, level-0 pixels, asked once before the first object of a file that does not state it itself as
   * `coordinate_origin`. Unset: from the corner of the slide.
   */
  readonly unstatedOrigin?: (() => Promise<CoordinateOrigin>) | undefined;
}

/**
 * Reads a FeatureCollection, a bare array of features (as HuBMAP's and as older versions of QuPath write it), a single Feature, or geometries alone.
 * NaN among measurements, which is not JSON but which QuPath writes, is passed over. Coordinates are given as level-0 pixels from the corner of the slide,
 * whatever corner the file counts from.
 *
 * @returns features in their order; those without an area have no polygons and say why. Objects inside others follow them, and are given once where the file has them
 *   by themselves as well
 * @throws FtuError `not-found`, `io`; SlideError `bad-input` for text that is not such a file, or a polygon without coordinates, once
 *   reading has come so far
 * @example
 * for await (const { name, polygons } of readGeoJson('slide.geojson')) console.log(name, polygons.length);
 */
export async function* readGeoJson(path: string, options: ReadGeoJsonOptions = {}): AsyncGenerator<GeoJsonFeature> {
  yield* parseGeoJson(utf8Chunks(path), path, options);
}

/**
 * Reads the features of a text that arrives in pieces; see `readGeoJson`.
 * @param chunks UTF-8; each is valid until the next is asked for
 * @param path for error messages
 */
export async function* parseGeoJson(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  path: string,
  { unstatedOrigin }: ReadGeoJsonOptions = {},
): AsyncGenerator<GeoJsonFeature> {
  const splitter = new FeatureSplitter();
  const nested = new NestedFeatures(path);
  let origin: CoordinateOrigin | undefined;
  const placed = async function* (value: JsonValue): AsyncGenerator<GeoJsonFeature> {
    origin ??= statedOrigin(headOf(splitter.head), path) ?? (await unstatedOrigin?.()) ?? SLIDE_CORNER;
    for (const feature of nested.of(value)) yield movedBy(feature, origin);
  };
  try {
    for await (const chunk of chunks) {
      for (const { bytes, offset } of splitter.push(chunk)) yield* placed(parseAt(bytes, (at) => at + offset));
    }
    const { bytes, offsetOf } = splitter.finish();
    const around = parseAt(bytes, offsetOf);
    if (isGeometry(around)) {
      const parts =
        around.type === 'GeometryCollection' && Array.isArray(around.geometries) ? around.geometries : [around];
      for (const part of parts) yield* placed(part);
    } else if (isObject(around) && around.type === 'Feature') yield* placed(around);
    else if (isCollection(around)) refuseLateOrigin(around, headOf(splitter.head), path);
    else {
      const hint = 'export annotations from QuPath as GeoJSON';
      throw new SlideError('bad-input', 'this is not GeoJSON: there are no features', { subject: path, hint });
    }
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw notJson(error, path, error.offset);
  }
}

const isCollection = (around: JsonValue): boolean =>
  Array.isArray(around) || (isObject(around) && around.type === 'FeatureCollection' && Array.isArray(around.features));

/** What stands before the features, as an object without any; undefined where that is no JSON, which is said of the whole text. */
function headOf(head: Uint8Array | undefined): JsonValue | undefined {
  if (head === undefined || head[0] === OPEN_ARRAY) return undefined;
  try {
    return parseJson(Buffer.concat([head, Buffer.from(']}')]));
  } catch {
    return undefined;
  }
}

/** @param offsetOf where a byte stands in the whole file */
function parseAt(bytes: Uint8Array, offsetOf: (at: number) => number): JsonValue {
  try {
    return parseJson(bytes);
  } catch (error) {
    throw error instanceof JsonSyntaxError ? new JsonSyntaxError(error.problem, offsetOf(error.offset)) : error;
  }
}

/** QuPath 0.2 wrote the kind of object in the place of an id. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Features with those inside them, the outer ones first. */
class NestedFeatures {
  #count = 0;
  /** Of features that were inside others. */
  readonly #inner = new Set<string>();

  constructor(private readonly path: string) {}

  /** @param value one of the file's own features */
  *of(value: JsonValue): Generator<GeoJsonFeature> {
    const number = this.#count++;
    const id = isObject(value) ? value.id : undefined;
    if (typeof id === 'string' && this.#inner.has(id)) return;
    yield this.#checked(value, `feature ${number}`);
    yield* this.#inside(value, `feature ${number}`);
  }

  *#inside(value: JsonValue, place: string): Generator<GeoJsonFeature> {
    for (const [i, child] of childrenOf(value).entries()) {
      const own = `${place}, object ${i} inside it`;
      if (typeof child.id === 'string' && UUID.test(child.id)) this.#inner.add(child.id);
      yield this.#checked(child, own);
      yield* this.#inside(child, own);
    }
  }

  #checked(value: JsonValue, place: string): GeoJsonFeature {
    const feature = parseFeature(value);
    if (typeof feature !== 'string') return feature;
    throw new SlideError('bad-input', `${place}: ${feature}`, { subject: this.path });
  }
}
