/** Scanners whose TIFFs are read in their own way, and those whose first picture is not the slide: read as any TIFF, they would give the glass with its label. */
import { SlideError } from '../../../slide-error.js';
import { type Directory, readText, type TiffFile } from '../structure/file.js';
import { Tag } from '../structure/tags.js';
import { aperio } from './aperio.js';
import { leica } from './leica.js';
import { philips } from './philips/philips.js';
import { qptiff } from './qptiff/qptiff.js';
import { trestle } from './trestle.js';
import type { TiffSigns, TiffVendor } from './vendor.js';
import { ventana } from './ventana.js';

/** The first that wrote a file reads it. */
const vendors: readonly TiffVendor[] = [aperio, leica, philips, qptiff, ventana, trestle];

/** What is not read. */
const refused = [
  { name: 'Ventana BIF', of: /^(Label[ _]Image|Thumbnail|Probability_Image|level=\d+ mag=)|<iScan[\s>]/i },
] as const;

/** Bytes of a text that tell whose it is. */
const SIGN_BYTES = 65_536;

/**
 * @param first page of the file
 * @param description of that page
 * @returns undefined for a TIFF of nobody known
 * @throws {SlideError} `unsupported` for files of scanners that are known and not read
 */
export async function vendorOf(file: TiffFile, first: Directory, description: string): Promise<TiffVendor | undefined> {
  const text = (tag: number) => readText(file, first.entries.get(tag), SIGN_BYTES);
  const signs: TiffSigns = {
    description: description.slice(0, SIGN_BYTES),
    software: await text(Tag.Software),
    xmp: await text(Tag.XmlPacket),
  };
  const found = vendors.find(({ wrote }) => wrote(signs));
  if (found !== undefined) return found;
  const unread = refused.find(({ of }) => of.test(signs.description));
  if (unread === undefined) return undefined;
  throw new SlideError('unsupported', `${unread.name} files are not supported`, {
    subject: file.source.name,
    hint: 'convert it with `vips tiffsave FILE slide.tif --tile --pyramid --compression jpeg` (libvips with OpenSlide), or export it from QuPath as OME-TIFF',
  });
}
