/**
 * Writes Philips TIFFs as OpenSlide and Philips' own files describe them: a pyramid whose pages are padded to whole tiles, and an XML in the first page
 * that says how coarse each of them is and holds the label and the macro picture. Anything may be a lie, for tests.
 */
import { buildPages, text } from './tiff-pages.mjs';
import { formPage, jpegOf } from './tile-forms.mjs';

const attribute = (name, type, value) =>
  `<Attribute Name="${name}" Group="0x0028" Element="0x0030" PMSVR="${type}">${value}</Attribute>`;
const list = (name, objects) => attribute(name, 'IDataObjectArray', `<Array>${objects.join('')}</Array>`);
const object = (type, attributes) => `<DataObject ObjectType="${type}">${attributes.join('')}</DataObject>`;
const spacing = ([down, across]) =>
  attribute('DICOM_PIXEL_SPACING', 'IDoubleArray', `&quot;${down}&quot; &quot;${across}&quot;`);

/**
 * @param options `factors` of the levels; `nominal`: millimetres per pixel of level 0; `measured`: rows and columns of the slide;
 * `pictures`: base 64 by kind; `scans`: further objects
 */
export function philipsXml({
  factors,
  nominal = 0.00025,
  measured = [0.000252, 0.000248],
  derivation = 'tiff-useBigTIFF=1-useRgb=0-levels=40,10002,10000-processing=0-q80-sourceFilename="a-levels=7.isyntax"',
  pictures = {},
  spacings = factors.map((factor) => [0, 0].map(() => Number((nominal * factor).toPrecision(6)))),
  scans = [],
}) {
  const levels = spacings.map((pair, number) =>
    object('PixelDataRepresentation', [
      ...(pair === undefined ? [] : [spacing(pair)]),
      attribute('PIIM_PIXEL_DATA_REPRESENTATION_NUMBER', 'IUInt16', number),
    ]),
  );
  const slide = object('DPScannedImage', [
    attribute('PIM_DP_IMAGE_TYPE', 'IString', 'WSI'),
    attribute('DICOM_DERIVATION_DESCRIPTION', 'IString', derivation.replaceAll('"', '&quot;')),
    ...(measured === null ? [] : [spacing(measured)]),
    list('PIIM_PIXEL_DATA_REPRESENTATION_SEQUENCE', levels),
  ]);
  const others = Object.entries(pictures).map(([kind, data]) =>
    object('DPScannedImage', [
      attribute('PIM_DP_IMAGE_TYPE', 'IString', kind),
      attribute('PIM_DP_IMAGE_DATA', 'IString', data),
    ]),
  );
  const root = [
    attribute('DICOM_MANUFACTURER', 'IString', 'PHILIPS'),
    list('PIM_DP_SCANNED_IMAGES', [...others, slide, ...scans]),
  ];
  return `<?xml version="1.0" encoding="UTF-8" ?>\n${object('DPUfsImport', root)}\n`;
}

/** Base 64 of a picture's JPEG, in lines. */
export const jpegText = (picture) => Buffer.from(jpegOf(picture)).toString('base64').replace(/.{76}/g, '$&\n');

/** @param levels pictures and their factors, the finest first @param options of the XML and of pages; `beside`: pages behind the levels */
export function buildPhilips(levels, options = {}) {
  const { side, form, sparse, xml = {}, xmlText, software = 'Philips DP v1.0', tags = {}, beside = [] } = options;
  const factors = levels.map(({ factor }) => factor);
  const pages = levels.map(({ picture }, number) => {
    const own = number === 0 ? { 270: [2, text(xmlText ?? philipsXml({ factors, ...xml }))] } : { 254: [4, [1]] };
    const isSparse = (column, row) => sparse?.(number, column, row) ?? false;
    const all = { ...own, 305: [2, text(software)], ...(tags[number] ?? {}) };
    return formPage(picture, all, { side, form, isPadded: number > 0, sparse: isSparse });
  });
  return buildPages([...pages, ...beside], { big: options.big });
}
