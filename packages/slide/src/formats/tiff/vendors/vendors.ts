/**
 * TIFFs of scanners whose first picture is not the slide: read as any TIFF, they would give the photograph of the glass with its label. They are refused by name.
 */
import { SlideError } from '../../../slide-error.js';

const vendors = [
  { name: 'Leica SCN', of: /leica-microsystems\.com\/scn/i },
  { name: 'Ventana BIF', of: /^(Label[ _]Image|Thumbnail|Probability_Image|level=\d+ mag=)|<iScan[\s>]/i },
  { name: 'Trestle', of: /^(?=.*Background Color)(?=.*Objective Power)/s },
] as const;

/**
 * @param description of the first page
 * @param software that wrote it
 * @throws SlideError `unsupported`
 * @example
 * refuseVendors('<scn xmlns="http://www.leica-microsystems.com/scn/2010/10/01">', 'scan.scn');
 */
export function refuseVendors(description: string, subject: string): void {
  const found = vendors.find(({ of }) => of.test(description));
  if (found === undefined) return;
  throw new SlideError('unsupported', `${found.name} files are not supported`, {
    subject,
    hint: 'convert it with `vips tiffsave FILE slide.tif --tile --pyramid --compression jpeg` (libvips with OpenSlide), or export it from QuPath as OME-TIFF',
  });
}
