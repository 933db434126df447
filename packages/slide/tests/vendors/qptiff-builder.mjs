/**
 * Writes QPTIFFs as tifffile and PerkinElmer's own files describe them: the whole slide, a thumbnail, smaller levels, the photograph of the glass and its
 * label, each page with an XML that says which of these it is. Anything may be a lie, for tests.
 */
import { buildPages, stripPage, text } from './tiff-pages.mjs';
import { formPage } from './tile-forms.mjs';

/** @param type of the image @param objective as people call it, `20x` */
export const qptiffXml = (type, objective = '20x') =>
  `<?xml version="1.0" encoding="utf-16"?>
<PerkinElmer-QPI-ImageDescription>
  <DescriptionVersion>2</DescriptionVersion>
  <AcquisitionSoftware>VectraScan</AcquisitionSoftware>
  ${type === undefined ? '' : `<ImageType>${type}</ImageType>`}
  <SlideID>1</SlideID>
  <IsUnmixedComponent>False</IsUnmixedComponent>
  <Objective>${objective}</Objective>
  <ScanProfile><root><Mode>im_Brightfield</Mode><Objective>40x</Objective><ImageType>Label</ImageType></root></ScanProfile>
</PerkinElmer-QPI-ImageDescription>`;

/** @param parts pictures with the type of each, in the order of the file */
export function buildQptiff(parts, options) {
  const pages = parts.map(({ type, picture, xml, objective, form, side, microns = 0.5, tags = {} }) => {
    const density = [Math.round(1e7 / microns), 1000];
    const all = {
      254: [4, [type === 'ReducedResolution' ? 1 : 0]],
      270: [2, text(xml ?? qptiffXml(type, objective))],
      282: [5, [density]],
      283: [5, [density]],
      296: [3, [3]],
      305: [2, text('PerkinElmer-QPI')],
      ...tags,
    };
    const isLevel = type === 'FullResolution' || type === 'ReducedResolution';
    return isLevel ? formPage(picture, all, { form, side }) : stripPage(picture, all);
  });
  return buildPages(pages, options);
}
