/** Every format that is read; those that are known and not read are in `known/`. */
export { dicom } from './dicom/format.js';
export { ndpi } from './ndpi/format.js';
export { philips } from './philips/format.js';
export { picture } from './picture/format.js';
export { qptiff } from './qptiff/format.js';
export { tiff } from './tiff/format.js';
export { zarr } from './zarr/format.js';
