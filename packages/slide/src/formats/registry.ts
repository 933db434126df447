/** Every format that is read; those that are known and not read are in `known/`. */
export { czi } from './czi/format.js';
export { dicom } from './dicom/format.js';
export { mirax } from './mirax/format.js';
export { ndpi } from './ndpi/format.js';
export { openslide } from './openslide/format.js';
export { picture } from './picture/format.js';
export { tiff } from './tiff/format.js';
export { vsi } from './vsi/format.js';
export { zarr } from './zarr/format.js';
