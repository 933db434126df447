/**
 * Where OpenSlide 3.4.1 and the readers here differ, and why. Nothing else may. `what` is the kind of a difference, `of` its subject: the size of a level,
 * the name of a picture or of a property.
 */
export const knownDifferences = [
  {
    when: ({ vendor, what }) => vendor === 'hamamatsu' && what === 'level that only OpenSlide has',
    reason: 'OpenSlide makes levels between those of an NDPI',
  },
  {
    when: ({ vendor, what, of }) => vendor === 'hamamatsu' && what === 'picture that only we have' && of === 'map',
    reason: 'OpenSlide reads no map of an NDPI',
  },
  {
    when: ({ vendor, what }) => vendor === 'philips' && what === 'magnification that only we have',
    reason: 'OpenSlide 3.4.1 reads no magnification of a Philips TIFF; 4.0 does',
  },
  {
    when: ({ vendor, what, theirs }) =>
      vendor === 'philips' && what === 'scale that only we have' && theirs['philips.DICOM_PIXEL_SPACING'] === undefined,
    reason: 'OpenSlide takes no scale of the levels of a Philips TIFF whose slide states none',
  },
  {
    when: ({ vendor, what }) => vendor === 'generic-tiff' && what === 'scale that only we have',
    reason: 'OpenSlide 3.4.1 reads no scale of a plain TIFF; 4.0 does',
  },
  {
    when: ({ vendor, what, of }) =>
      vendor === 'generic-tiff' && what === 'property that only we have' && /^(ome|perkinelmer)\./.test(of),
    reason: 'OpenSlide reads OME-TIFFs and QPTIFFs as plain TIFFs',
  },
];

/** @returns why the two may differ there; undefined where they may not */
export const reasonOf = (difference) => knownDifferences.find(({ when }) => when(difference))?.reason;
