/** Plain tiled pyramids, one with OME-XML, and slides as Aperio writes them, with tags that say who, what and when. */
import { tissue } from '../../tests/ndpi/pictures.mjs';
import { buildPages, stripPage, text } from '../../tests/vendors/tiff-pages.mjs';
import { formPage } from '../../tests/vendors/tile-forms.mjs';
import { pyramid } from './pyramid.mjs';

const NAMES = {
  269: 'a document',
  270: 'a description',
  271: 'a maker',
  272: 'a model',
  305: 'a program',
  306: '2026:01:02 03:04:05',
  315: 'a person',
  316: 'a computer',
  33432: 'a right',
};
const named = {
  ...Object.fromEntries(Object.entries(NAMES).map(([tag, name]) => [tag, [2, text(name)]])),
  282: [5, [[1_000_003, 30]]],
  283: [5, [[40_000, 1]]],
  286: [5, [[1, 3]]],
  287: [5, [[2, 7]]],
  296: [3, [3]],
};

const aperio = (width, height, side, more = '') =>
  `Aperio Image Library v12.0.1\r\n${width}x${height} [0,0 ${width}x${height}] (${side}x${side}) JPEG/RGB Q=70${more}`;

function svs([width, height], form) {
  const side = 64;
  const more = '|AppMag = 40|MPP = 0.2525|ScanScope ID = SS1|Filename = one|User = a=b|Empty = ';
  const [full, ...reduced] = pyramid(width, height, [1, 4, 8]);
  const describe = (picture, last) => ({ 270: [2, text(aperio(picture.width, picture.height, side, last))] });
  return [
    formPage(full.picture, describe(full.picture, more), { side, form }),
    stripPage(tissue(91, 70, 2), { 270: [2, text('Aperio Image Library v12.0.1\n91x70')] }),
    ...reduced.map(({ picture }) => formPage(picture, describe(picture), { side, form })),
    stripPage(tissue(60, 61, 3), { 254: [4, [1]], 270: [2, text('Aperio Image Library v12.0.1\nlabel 60x61')] }),
    stripPage(tissue(120, 50, 4), { 254: [4, [9]], 270: [2, text('Aperio Image Library v12.0.1\nmacro 120x50')] }),
  ];
}

const OME =
  '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0"><Pixels ID="Pixels:0" Type="uint8" SizeC="3" PhysicalSizeX="0.5"><Channel ID="Channel:0:0" SamplesPerPixel="3"/></Pixels></Image></OME>';

export function* tiff() {
  const levels = pyramid(640, 480, [1, 2]).map(({ factor, picture }) =>
    formPage(picture, factor === 1 ? { 270: [2, text(OME)] } : { 254: [4, [1]] }, { side: 64, form: 'deflate' }),
  );
  yield ['ome.tif', buildPages(levels)];
  for (const form of ['none', 'deflate', 'jpeg']) {
    const pages = pyramid(1030, 777, [1, 2, 4]).map(({ factor, picture }) =>
      formPage(picture, factor === 1 ? named : { 254: [4, [1]] }, { side: 64, form }),
    );
    yield [`${form}.tif`, buildPages(pages, { big: form !== 'none' })];
    yield [`${form}.svs`, buildPages(svs([1100, 903], form), { big: false })];
  }
}
