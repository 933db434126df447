/** What a GeoJSON says of where on the slide it counts from; see `coordinate-origin`. */
import { SlideError } from '../slide-error.js';
import { type CoordinateOrigin, ORIGIN_MEMBER } from './coordinate-origin.js';
import type { JsonValue } from './json-values.js';
import { isObject } from './parse-feature.js';

/** @throws {SlideError} `bad-input` for a statement that is no pair of numbers */
export function statedOrigin(head: JsonValue | undefined, subject: string): CoordinateOrigin | undefined {
  const stated = isObject(head) ? head[ORIGIN_MEMBER] : undefined;
  if (stated === undefined) return undefined;
  const [x, y] = Array.isArray(stated) && stated.length === 2 ? stated : [];
  if (typeof x === 'number' && typeof y === 'number' && Number.isFinite(x + y)) return [x, y];
  throw new SlideError('bad-input', `"${ORIGIN_MEMBER}" is no pair of numbers`, {
    subject,
    hint: 'it says where on the slide the coordinates count from, in pixels: [0, 0] is the corner of the slide',
  });
}

/** @throws {SlideError} `bad-input` where the origin stands behind the features, which are read by then */
export function refuseLateOrigin(whole: JsonValue, head: JsonValue | undefined, subject: string): void {
  const stated = (value: JsonValue | undefined): boolean => isObject(value) && value[ORIGIN_MEMBER] !== undefined;
  if (!stated(whole) || stated(head)) return;
  throw new SlideError('bad-input', `"${ORIGIN_MEMBER}" stands behind the features`, {
    subject,
    hint: 'put it before them',
  });
}
