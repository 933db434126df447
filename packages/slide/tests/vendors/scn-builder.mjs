/**
 * Writes Leica SCN files as their public readers describe them: a BigTIFF whose first description lists the scans of one glass, each with a view in
 * nanometres and its pages. The picture of the whole glass is known.
 */
import { shrink, tissue } from '../ndpi/pictures.mjs';
import { buildPages, text, tiledPage } from './tiff-pages.mjs';

/** Nanometres of a pixel of the largest level. */
export const PIXEL = 500;
const NAMESPACE = 'http://www.leica-microsystems.com/scn/2010/10/01';

const viewOf = ({ x, y, width, height }) => `sizeX="${width}" sizeY="${height}" offsetX="${x}" offsetY="${y}"`;

function imageXml({ view, dimensions, illumination = 'brightfield', objective = 20 }) {
  const listed = dimensions.map(
    ({ ifd, width, height, z }) =>
      `<dimension sizeX="${width}" sizeY="${height}" r="0"${z === undefined ? '' : ` z="${z}"`} ifd="${ifd}"/>`,
  );
  return `<image name="scan" uuid="urn:uuid:0"><creationDate>2012-01-01T00:00:00Z</creationDate><device model="Leica SCN400" version="1"/>
<pixels sizeX="${dimensions[0]?.width}" sizeY="${dimensions[0]?.height}">${listed.join('')}</pixels><view ${viewOf(view)} spacingZ="0"/>
<scanSettings><objectiveSettings><objective>${objective}</objective></objectiveSettings><illuminationSettings><numericalAperture>0.4</numericalAperture>
<illuminationSource>${illumination}</illuminationSource></illuminationSettings></scanSettings></image>`;
}

/** The first page's description. */
export const scnXml = ({ glass, images }) =>
  `<?xml version="1.0"?><scn xmlns="${NAMESPACE}" uuid="urn:uuid:1"><collection name="glass" uuid="urn:uuid:2" sizeX="${glass.width}" sizeY="${glass.height}">
<barcode>MTIz</barcode>${images.map(imageXml).join('\n')}</collection></scn>`;

/**
 * @param scans pictures and their places in pixels of the largest level; levels are halves of each other
 * @param change what the XML says differently from the truth
 */
export function buildScn({
  width,
  height,
  scans,
  macro,
  levels = 2,
  side = 64,
  change = (glass) => glass,
  encode = (page) => page,
}) {
  const pages = [];
  const page = (picture, nanometres) => {
    const perCentimetre = [Math.round(1e10 / nanometres), 1000];
    pages.push(tiledPage(picture, side, { 282: [5, [perCentimetre]], 283: [5, [perCentimetre]], 296: [3, [3]] }));
    return { ifd: pages.length - 1, width: picture.width, height: picture.height };
  };
  const glass = { x: 0, y: 0, width: width * PIXEL, height: height * PIXEL };
  const images = [];
  if (macro !== undefined) {
    images.push({ view: glass, objective: 1, dimensions: [page(macro, glass.width / macro.width)] });
  }
  for (const { x, y, picture, ...stated } of scans) {
    const dimensions = Array.from({ length: levels }, (_, i) =>
      page(i === 0 ? picture : shrink(picture, 2 ** i), PIXEL * 2 ** i),
    );
    const view = { x: x * PIXEL, y: y * PIXEL, width: picture.width * PIXEL, height: picture.height * PIXEL };
    images.push({ view, dimensions, ...stated });
  }
  const [first] = pages;
  if (first !== undefined) first.tags[270] = [2, text(scnXml(change({ glass, images })))];
  return buildPages(pages.map(encode));
}

/** Two scans that overlap on a glass with a margin; the first one is seen. */
export const twoScans = {
  width: 320,
  height: 256,
  scans: [
    { x: 16, y: 24, picture: tissue(160, 128) },
    { x: 128, y: 96, picture: tissue(176, 144, 5) },
  ],
  macro: tissue(80, 64, 9),
};

/** The picture of the whole glass at a level. */
export function glassOf({ width, height, scans }, factor = 1) {
  const [columns, rows] = [width / factor, height / factor];
  const data = new Uint8Array(columns * rows * 3).fill(255);
  for (const { x, y, picture } of scans.toReversed()) {
    const scan = factor === 1 ? picture : shrink(picture, factor);
    for (let row = 0; row < scan.height; row++) {
      const to = ((y / factor + row) * columns + x / factor) * 3;
      data.set(scan.data.subarray(row * scan.width * 3, (row + 1) * scan.width * 3), to);
    }
  }
  return { width: columns, height: rows, channels: 3, data };
}
