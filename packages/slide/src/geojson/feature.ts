/** Objects on a slide as GeoJSON features (RFC 7946), with the properties that QuPath gives them. Coordinates are level-0 pixels. */
import type { Ring } from '@ftuseg/core';
import type { WithoutArea } from '../truth/placing/shape.js';

export interface GeoJsonFeature {
  /** One is a Polygon, several are a MultiPolygon. In each the outer ring, then holes. */
  readonly polygons: readonly { readonly rings: readonly Ring[] }[];
  /** Why there are no polygons. */
  readonly withoutArea?: WithoutArea | undefined;
  /** The polygons came in a GeometryCollection, whose points and lines are passed over. */
  readonly collection?: boolean | undefined;
  /** Of its class: "glomerulus". */
  readonly name?: string | undefined;
  /** In which QuPath draws the class, where it has a name: red, green and blue, 0 to 255. */
  readonly colour?: readonly [red: number, green: number, blue: number] | undefined;
  /** By name and unit: "Area µm^2". What is not a finite number is left out. */
  readonly measurements?: Readonly<Record<string, number>> | undefined;
  /** Texts about the object that QuPath keeps with it, by name. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** QuPath keeps UUIDs; default: one made from the name, the outline and the feature's place in the file, the same every time. */
  readonly id?: string | undefined;
}
