/**
 * BIFs of one area and of two, with overlaps and without. Joints are whole pixels on every level: between two pixels OpenSlide blends. What no area covers is
 * white here and transparent there, which is shown over white.
 */
import { tissue } from '../../tests/ndpi/pictures.mjs';
import { buildBif, scanXml, twoAreas } from '../../tests/vendors/bif-builder.mjs';
import { compressed } from '../../tests/vendors/tiff-pages.mjs';

export function* ventana() {
  const beside = { label: tissue(60, 90, 3), thumbnail: tissue(52, 40, 4) };
  const one = { ...beside, side: 128, areas: [{ column: 0, row: 0, columns: 8, rows: 6, x: 0, y: 0 }] };
  const iScan = scanXml('BarCode1D="B 17" ScanDate="2026-01-02" Empty=""');
  yield ['one.bif', buildBif({ ...one, picture: tissue(912, 688), overlap: 16, change: { iScan } })];
  yield ['apart.bif', buildBif({ ...one, picture: tissue(1024, 768), overlap: 0 })];
  yield ['two.bif', buildBif(twoAreas)];
  yield ['jpeg.bif', buildBif({ ...twoAreas, encode: compressed })];
}
