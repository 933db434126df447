/** Philips TIFFs: tiles left out, pictures beside the slide in the XML and in pages, odd sizes, five levels, a slide that states no scale. */
import { tissue } from '../../tests/ndpi/pictures.mjs';
import { buildPhilips, jpegText } from '../../tests/vendors/philips-builder.mjs';
import { stripPage, text } from '../../tests/vendors/tiff-pages.mjs';
import { pyramid } from './pyramid.mjs';

export function* philips() {
  const pictures = { LABELIMAGE: jpegText(tissue(80, 61, 2)), MACROIMAGE: jpegText(tissue(101, 40, 3)) };
  const pages = ['Macro', 'Label'].map((name, i) =>
    stripPage(tissue(30, 20 + i, 5), { 254: [4, [1]], 270: [2, text(name)] }),
  );
  const whole = pyramid(640, 448, [1, 2, 4, 16]);
  const sparse = (level, column, row) => level < 2 && column < 2 && row < 1;
  yield ['sparse.tiff', buildPhilips(whole, { side: 64, xml: { pictures }, sparse })];
  yield ['classic.tiff', buildPhilips(whole, { side: 64, big: false, form: 'deflate', beside: pages })];
  yield ['odd.tiff', buildPhilips(pyramid(203, 117, [1, 4]), {})];
  yield ['unscaled.tiff', buildPhilips(whole, { side: 64, form: 'deflate', xml: { measured: null } })];
  yield ['large.tiff', buildPhilips(pyramid(2500, 1900, [1, 2, 4, 8, 16]), { side: 512, form: 'none' })];
}
