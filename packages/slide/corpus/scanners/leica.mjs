/** SCNs of one scan and of two that overlap, without compression and as JPEG. */
import { tissue } from '../../tests/ndpi/pictures.mjs';
import { buildScn, twoScans } from '../../tests/vendors/scn-builder.mjs';
import { compressed } from '../../tests/vendors/tiff-pages.mjs';

export function* leica() {
  const one = { width: 1600, height: 1280, macro: tissue(80, 64, 9) };
  const scan = { x: 256, y: 128, picture: tissue(1024, 768) };
  yield ['one.scn', buildScn({ ...one, scans: [scan], levels: 3 })];
  yield ['two.scn', buildScn(twoScans)];
  yield ['jpeg.scn', buildScn({ ...twoScans, encode: compressed })];
  yield ['no-macro.scn', buildScn({ ...one, macro: undefined, scans: [scan] })];
}
