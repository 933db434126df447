/** Drawn objects, in every format of the registry that reads them, and what names their classes. */
import { decodeRle, runsOfRle } from '@ftuseg/core';
import { annotationFormats, parseClasses, readAnnotationLabels } from '@ftuseg/slide';
import { buildNdpi, jpegPage } from '../../../packages/slide/tests/ndpi/ndpi-builder.mjs';
import { tissue } from '../../../packages/slide/tests/ndpi/pictures.mjs';
import { dicomLabels, dicomSlide } from './dicom-labels.mjs';

const ring = '[[1,1],[40,1],[40,30],[1,30],[1,1]]';
const hole = '[[5,5],[9,5],[9,9],[5,9],[5,5]]';

/** At least one for every format of annotations. */
const originals = {
  DICOM: dicomLabels,
  GeoJSON: [
    `{"type":"FeatureCollection","features":[{"type":"Feature","id":"a","geometry":{"type":"Polygon","coordinates":[${ring},${hole}]},"properties":{"objectType":"annotation","classification":{"name":"Glomerulus","color":[200,0,0]},"measurements":{"Area µm^2":12.5}}},{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[${ring}],[${hole}]]},"properties":{"classification":{"name":"Sclerotic"}}}]}`,
    `[{"type":"Feature","geometry":{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[${ring}]},{"type":"Point","coordinates":[1,2]}]},"properties":null}]`,
  ],
  'ImageScope XML': [
    '<?xml version="1.0"?><Annotations MicronsPerPixel="0.5"><Annotation Id="1" Name="Glomerulus" LineColor="255"><Regions><Region Id="1" Type="0" NegativeROA="0"><Vertices><Vertex X="1" Y="1" Z="0"/><Vertex X="40" Y="1"/><Vertex X="40" Y="30"/></Vertices></Region><Region Type="1"><Vertices><Vertex X="1" Y="1"/><Vertex X="40" Y="30"/></Vertices></Region></Regions></Annotation></Annotations>',
  ],
  'ASAP XML': [
    '<?xml version="1.0"?><ASAP_Annotations><Annotations><Annotation Name="A 1" Type="Polygon" PartOfGroup="Glomerulus" Color="#F4FA58"><Coordinates><Coordinate Order="0" X="1" Y="1"/><Coordinate Order="1" X="40" Y="1"/><Coordinate Order="2" X="40" Y="30"/></Coordinates></Annotation></Annotations><AnnotationGroups><Group Name="Glomerulus" PartOfGroup="None" Color="#64FE2E"><Attributes/></Group></AnnotationGroups></ASAP_Annotations>',
  ],
  COCO: [
    '{"images":[{"id":1,"file_name":"slide.tif","width":64,"height":64}],"categories":[{"id":1,"name":"glomerulus"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"iscrowd":0,"segmentation":[[1,1,40,1,40,30,1,30]],"bbox":[1,1,39,29],"area":1131},{"id":2,"image_id":1,"category_id":1,"iscrowd":1,"segmentation":{"size":[64,64],"counts":[100,10,54,10,3922]}},{"id":3,"image_id":1,"category_id":1,"iscrowd":1,"segmentation":{"size":[64,64],"counts":"d1:f1:R3"}}]}',
  ],
  HistomicsUI: [
    '{"name":"glomerulus","elements":[{"type":"polyline","closed":true,"points":[[1,1,0],[40,1,0],[40,30,0]],"holes":[[[5,5,0],[9,5,0],[9,9,0]]],"group":"Glomerulus"},{"type":"rectangle","center":[20,20,0],"width":9,"height":5,"rotation":0.5,"label":{"value":"x"}},{"type":"ellipse","center":[30,30,0],"width":9,"height":5,"rotation":0},{"type":"circle","center":[30,10,0],"radius":4},{"type":"point","center":[1,2,0]}]}',
    '[{"_id":"a","annotation":{"name":"Sclerotic","elements":[{"type":"polyline","closed":false,"points":[[1,1,0],[4,4,0]]}]}}]',
  ],
  NDPA: [
    '<?xml version="1.0" encoding="utf-8" standalone="yes"?><annotations><ndpviewstate id="1"><title>Glomerulus</title><coordformat>nanometers</coordformat><lens>20</lens><annotation type="freehand" displayname="AnnotateFreehand" color="#000000"><closed>1</closed><pointlist><point><x>1230000</x><y>-770000</y></point><point><x>1238000</x><y>-770000</y></point><point><x>1238000</x><y>-760000</y></point></pointlist></annotation></ndpviewstate><ndpviewstate id="2"><title>Sclerotic</title><annotation type="circle" displayname="AnnotateCircle"><x>1234567</x><y>-765432</y><radius>2000</radius></annotation></ndpviewstate></annotations>',
  ],
  labelme: [
    '{"version":"5.0.1","flags":{},"shapes":[{"label":"glomerulus","points":[[1,1],[40,1],[40,30]],"group_id":null,"shape_type":"polygon","flags":{}},{"label":"glomerulus","points":[[10,10],[14,10]],"shape_type":"circle"},{"label":"x","points":[[1,1],[9,9]],"shape_type":"rectangle"}],"imagePath":"slide.tif","imageData":null,"imageHeight":64,"imageWidth":64}',
  ],
};

const endings = { 'ImageScope XML': 'xml', 'ASAP XML': 'xml', 'Hamamatsu NDPA': 'ndpa', DICOM: 'dcm' };

const slide = { id: 'slide', image: 'slide.tif', width: 64, height: 64 };

/** Slides of formats whose annotations are held against them. */
const slides = {
  DICOM: { name: 'slide.dcm', bytes: dicomSlide },
  'Hamamatsu NDPA': { name: 'slide.ndpi', bytes: buildNdpi([jpegPage(tissue(64, 64, 1))]) },
};

const drawn = annotationFormats.map(({ name }) => {
  const own = originals[name] ?? originals[Object.keys(originals).find((key) => name.includes(key)) ?? ''];
  if (own === undefined) throw new Error(`targets/labels.mjs has no original of ${name}`);
  const ending = endings[name] ?? (name.includes('XML') ? 'xml' : 'json');
  return {
    name: `labels-${name.toLowerCase().replaceAll(' ', '-')}`,
    ending,
    originals: own,
    dictionary: [
      '"type"',
      '"Polygon"',
      '"MultiPolygon"',
      '"GeometryCollection"',
      '"coordinates":',
      '"features":[',
      '[[[',
      ']]]',
      '<!DOCTYPE a [<!ENTITY b "c">]>',
      '<!ENTITY',
      '&a;',
      '<![CDATA[',
      '-->',
      '<Region>',
      '<Vertex X="',
      'Type="2"',
      '"counts":',
      '"size":[',
      '"segmentation":',
      '"image_id":',
      '"shape_type":"circle"',
      '"closed":true',
      '"elements":[',
      '<ndpviewstate',
      '<point><x>',
      '1e5',
    ],
    run: async (bytes, { file }) =>
      readAnnotationLabels(
        await file(`labels.${ending}`, bytes),
        name in slides ? { ...slide, image: await file(slides[name].name, slides[name].bytes) } : slide,
        parseClasses('a=Glomerulus,glomerulus;b=Sclerotic'),
      ),
  };
});

const text = (bytes) => new TextDecoder().decode(bytes);

export const labels = [
  ...drawn,
  {
    name: 'rle',
    ending: 'txt',
    originals: ['1 3 70 5 4000 90', '', '1 4096', '5 1 7 1 9 1 11 1'],
    dictionary: [' ', '  ', '1 1', '4096', '4097'],
    run: (bytes) => {
      const code = text(bytes);
      const runs = runsOfRle(code, 64, 64);
      const mask = decodeRle(code, 64, 64);
      const count = mask.data.reduce((sum, value) => sum + value, 0);
      let length = 0;
      for (const [i, end] of runs.ends.entries()) length += end - runs.starts[i];
      if (count !== length) throw new Error(`runs of ${length} pixels, a mask of ${count}`);
    },
  },
  {
    name: 'classes',
    ending: 'txt',
    originals: ['glomerulus', 'normal=1;sclerotic=2,3', 'a=Glomerulus*,Glom;b=*sclerotic*;ignore=Region*', 'any'],
    dictionary: ['*', ';', '=', ',', 'ignore', 'tissue', '"'],
    run: (bytes) => parseClasses(text(bytes)),
  },
];
