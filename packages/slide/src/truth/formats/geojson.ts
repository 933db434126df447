/** GeoJSON (RFC 7946) as QuPath exports it, and HuBMAP's JSON, which is its features as a bare array; read as a stream. */
import { readGeoJson } from '../../geojson/read-geojson.node.js';
import type { Shape } from '../placing/shape.js';
import { unstatedOrigin } from '../placing/unstated-origin.node.js';
import type { AnnotatedSlide, AnnotationFormat } from './format.js';

async function* shapesOf(path: string, slide: AnnotatedSlide): AsyncGenerator<Shape> {
  const options = { unstatedOrigin: () => unstatedOrigin(slide, path) };
  for await (const { name, polygons, withoutArea, collection } of readGeoJson(path, options)) {
    yield {
      name,
      polygons: polygons.map(({ rings }) => rings),
      ...(withoutArea === undefined ? {} : { withoutArea }),
      ...(collection === true && { collection }),
    };
  }
}

export const geoJson: AnnotationFormat = {
  name: 'GeoJSON',
  closed: true,
  recognises: ({ jsonKeys }) => ['features', 'geometry', 'geometries', 'coordinates'].some((key) => jsonKeys.has(key)),
  read: shapesOf,
};
