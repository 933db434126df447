/** The same objects as each format of annotations writes them. */
import type { AnnotatedSlide } from '../src/truth/formats/format.js';

/** Two squares of class "Glom", one of "Tissue", a point of "Glom". */
export const squares = [
  { name: 'Glom', x: 10, y: 5, side: 20 },
  { name: 'Glom', x: 50, y: 10, side: 11 },
  { name: 'Tissue', x: 0, y: 0, side: 60 },
] as const;
type Square = { readonly x: number; readonly y: number; readonly side: number };
export const corners = ({ x, y, side }: Square): [number, number][] => [
  [x, y],
  [x + side, y],
  [x + side, y + side],
  [x, y + side],
];
export const slide: AnnotatedSlide = { id: 'one', image: '/data/slide one.tif', width: 100, height: 60 };

export const vertices = (points: readonly [number, number][]): string =>
  `<Vertices>${points.map(([x, y]) => `<Vertex X="${x}" Y="${y}" Z="0"/>`).join('')}</Vertices>`;
const imageScope = (): string => {
  const layer = (name: string, regions: string): string =>
    `<Annotation Id="1" Name="${name}"><Attributes><Attribute Name="Description" Value=""/></Attributes><Regions>${regions}</Regions></Annotation>`;
  const region = (square: Square): string =>
    `<Region Id="1" Type="0" NegativeROA="0"><Attributes/>${vertices(corners(square))}</Region>`;
  const [a, b, tissue] = squares;
  const arrow = `<Region Id="9" Type="3" NegativeROA="0">${vertices([
    [1, 1],
    [2, 2],
  ])}</Region>`;
  return `<?xml version="1.0"?><Annotations MicronsPerPixel="0.25">${layer('Glom', region(a) + region(b) + arrow)}${layer('Tissue', region(tissue))}</Annotations>`;
};
export const asap = (): string => {
  const drawn = (type: string, group: string, points: readonly [number, number][]): string =>
    `<Annotation Name="Annotation 0" Type="${type}" PartOfGroup="${group}" Color="#F4FA58"><Coordinates>${points
      .map(([x, y], i) => `<Coordinate Order="${i}" X="${x}" Y="${y}"/>`)
      .reverse()
      .join('')}</Coordinates></Annotation>`;
  const list = squares.map((square) => drawn('Polygon', square.name, corners(square))).join('');
  return `<ASAP_Annotations><Annotations>${list}${drawn('Dot', 'Glom', [[1, 1]])}</Annotations><AnnotationGroups><Group Name="Glom" PartOfGroup="None"/></AnnotationGroups></ASAP_Annotations>`;
};
const geoJson = (): string =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: [
      ...squares.map((square) => ({
        type: 'Feature',
        geometry: { type: 'Polygon', coordinates: [[...corners(square), [square.x, square.y]]] },
        properties: { objectType: 'annotation', classification: { name: square.name } },
      })),
      {
        type: 'Feature',
        geometry: { type: 'Point', coordinates: [1, 1] },
        properties: { classification: { name: 'Glom' } },
      },
    ],
  });
const labelme = (): string =>
  JSON.stringify({
    version: '5.4.1',
    flags: {},
    shapes: [
      ...squares.map((square) => ({ label: square.name, shape_type: 'polygon', points: corners(square) })),
      { label: 'Glom', shape_type: 'point', points: [[1, 1]] },
    ],
    imagePath: 'slide one.png',
    imageHeight: 60,
    imageWidth: 100,
  });
/** The second square as runs. */
export const counts = ({ x, y, side }: Square): number[] => {
  const gaps = Array.from({ length: side - 1 }, () => [side, slide.height - side]).flat();
  return [x * slide.height + y, ...gaps, side, (slide.width - x - side) * slide.height + slide.height - y - side];
};
export const coco = (): string => {
  const [a, b, tissue] = squares;
  return JSON.stringify({
    images: [
      { id: 7, file_name: 'images/slide one.tif', width: 100, height: 60 },
      { id: 8, file_name: 'another.tif', width: 5, height: 5 },
    ],
    categories: [
      { id: 1, name: 'Glom' },
      { id: 2, name: 'Tissue' },
    ],
    annotations: [
      { id: 1, image_id: 7, category_id: 1, segmentation: [corners(a).flat()] },
      { id: 2, image_id: 7, category_id: 1, segmentation: { size: [60, 100], counts: counts(b) } },
      { id: 3, image_id: 7, category_id: 2, segmentation: [corners(tissue).flat()] },
      { id: 4, image_id: 7, category_id: 1, bbox: [1, 1, 2, 2] },
      { id: 5, image_id: 8, category_id: 1, segmentation: [[0, 0, 4, 0, 4, 4]] },
    ],
  });
};

const histomics = (): string =>
  JSON.stringify({
    name: 'drawn by hand',
    elements: [
      ...squares.map((square) => ({
        type: 'polyline',
        closed: true,
        points: corners(square).map(([x, y]) => [x, y, 0]),
        group: square.name,
      })),
      { type: 'point', center: [1, 1, 0], label: { value: 'Glom' } },
    ],
  });

export const samples: readonly (readonly [name: string, text: () => string])[] = [
  ['GeoJSON', geoJson],
  ['ImageScope XML', imageScope],
  ['ASAP XML', asap],
  ['COCO JSON', coco],
  ['labelme JSON', labelme],
  ['HistomicsUI JSON', histomics],
];
