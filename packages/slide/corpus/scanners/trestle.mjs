/** Trestle's TIFFs. Levels are larger than a tile: OpenSlide 3.4.1 shows nothing of others. */
import { tissue } from '../../tests/ndpi/pictures.mjs';
import { buildTrestle, threeLevels } from '../../tests/vendors/trestle-builder.mjs';

export function* trestle() {
  yield ['three.tif', buildTrestle(threeLevels)];
  yield ['apart.tif', buildTrestle({ picture: tissue(1024, 768), side: 128, overlaps: [0, 0, 0] })];
  yield ['large.tif', buildTrestle({ picture: tissue(1576, 1192), side: 128, overlaps: [16, 8, 4] })];
}
