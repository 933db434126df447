/**
 * Formats that people have and that are not read here: each is recognised, called by its name, and what to do with it is said. Some begin like formats
 * that are read, and would be taken for the small picture in front of the slide.
 */

export interface KnownFormat {
  /** As people call it. */
  readonly name: string;
  /** What to do, as a clause without a stop. */
  readonly hint: string;
  /** How its files begin: bytes as Latin-1, at a place. */
  readonly magic?: readonly { readonly at: number; readonly text: string }[];
  /** Endings of its files, where the name is needed: the bytes are those of another format, or of many. */
  readonly names?: RegExp;
  /** No picture at all. */
  readonly noPicture?: boolean;
  /** The OpenSlide library reads it, from this version on. */
  readonly openSlide?: string;
  /** Its files begin like those of a format that is read, so that their name decides. */
  readonly disguised?: boolean;
}

const openSlide =
  'convert it with `vips tiffsave FILE slide.tif --tile --pyramid --compression jpeg` (libvips with OpenSlide), or export it from QuPath as OME-TIFF';
const bioFormats =
  'convert it with `bfconvert FILE slide.ome.tiff` (Bio-Formats), or export it from QuPath as OME-TIFF';
const picture = 'save it as PNG or TIFF';
const unpack = 'unpack it and give what is inside';

const at = (place: number, text: string) => [{ at: place, text }];

/** The first that fits counts. */
export const knownFormats: readonly KnownFormat[] = [
  { name: 'Hamamatsu VMS', hint: openSlide, names: /\.vms$/i, disguised: true, openSlide: '3.4' },
  { name: 'Hamamatsu VMU', hint: openSlide, names: /\.vmu$/i, disguised: true, openSlide: '3.4' },
  {
    name: 'Hamamatsu NDPIS',
    hint: 'export it from QuPath as OME-TIFF, or open the .ndpi files that it lists',
    names: /\.ndpis$/i,
  },
  {
    name: 'Philips iSyntax',
    hint: 'export it as TIFF from the Philips software, or with `isyntax2raw`',
    names: /\.i2?syntax$/i,
  },
  { name: 'Zeiss ZVI', hint: bioFormats, names: /\.zvi$/i },
  { name: 'Leica LIF', hint: bioFormats, names: /\.lif$/i },
  { name: 'Nikon ND2', hint: bioFormats, magic: at(0, '\xda\xce\xbe\x0a'), names: /\.nd2$/i },
  { name: 'Sakura SVSLIDE', hint: openSlide, names: /\.svslide$/i, openSlide: '3.4' },
  {
    name: 'KFBIO or SDPC',
    hint: "export it as SVS or TIFF from the scanner's software",
    names: /\.(kfb|sdpc|dyqx|tron|tmap)$/i,
    disguised: true,
  },
  {
    name: 'JPEG 2000 (.jp2)',
    hint: 'convert it with `vips tiffsave FILE slide.tif --tile --pyramid --compression jpeg`',
    magic: at(4, 'jP  '),
    names: /\.(jp2|j2k|jpx)$/i,
  },
  { name: 'JPEG XL', hint: picture, magic: [...at(0, '\xff\x0a'), ...at(4, 'JXL ')], names: /\.jxl$/i },
  { name: 'HEIF or AVIF', hint: picture, magic: at(4, 'ftyp'), names: /\.(heic|heif|avif)$/i },
  { name: 'GIF', hint: picture, magic: at(0, 'GIF8'), names: /\.gif$/i },
  { name: 'BMP', hint: picture, names: /\.(bmp|dib)$/i },
  {
    name: 'PDF',
    hint: 'export the picture in it as TIFF or PNG',
    magic: at(0, '%PDF'),
    names: /\.pdf$/i,
    noPicture: true,
  },
  {
    name: "QuPath's .qpdata",
    hint: 'in QuPath: File, Export objects as GeoJSON, for the column "annotations"',
    magic: at(0, '\xac\xed\0\x05'),
    names: /\.qpdata$/i,
    noPicture: true,
  },
  {
    name: 'HDF5',
    hint: 'export its picture as TIFF',
    magic: at(0, '\x89HDF'),
    names: /\.(h5|hdf5)$/i,
    noPicture: true,
  },
  {
    name: 'NumPy',
    hint: 'save its array as PNG or TIFF',
    magic: at(0, '\x93NUMPY'),
    names: /\.np[yz]$/i,
    noPicture: true,
  },
  { name: 'XLSX', hint: 'save the table as CSV', names: /\.xlsx?$/i, noPicture: true },
  { name: 'ZIP archive', hint: unpack, magic: at(0, 'PK\x03\x04'), names: /\.zip$/i, noPicture: true },
  { name: 'gzip archive', hint: unpack, magic: at(0, '\x1f\x8b'), names: /\.t?gz$/i, noPicture: true },
  { name: '7z archive', hint: unpack, magic: at(0, '7z\xbc\xaf'), names: /\.7z$/i, noPicture: true },
  { name: 'tar archive', hint: unpack, magic: at(257, 'ustar'), names: /\.tar$/i, noPicture: true },
  { name: 'RAR archive', hint: unpack, magic: at(0, 'Rar!'), names: /\.rar$/i, noPicture: true },
  { name: 'ONNX model', hint: 'give it with --model', names: /\.onnx$/i, noPicture: true },
  {
    name: 'XML',
    hint: 'annotations go into the column "annotations" of a slide table',
    magic: at(0, '<'),
    names: /\.xml$/i,
    noPicture: true,
  },
  {
    name: 'JSON',
    hint: 'annotations go into the column "annotations" of a slide table',
    magic: [...at(0, '{'), ...at(0, '[')],
    names: /\.(geo)?json$/i,
    noPicture: true,
  },
];

/**
 * @param head the first bytes of a file
 * @example
 * formatOfContent(new TextEncoder().encode('%PDF-1.7'))?.name; // 'PDF'
 */
export function formatOfContent(head: Uint8Array): KnownFormat | undefined {
  const begins = (place: number, text: string): boolean =>
    Array.from(text).every((letter, i) => head[place + i] === letter.charCodeAt(0));
  return knownFormats.find(({ magic = [] }) => magic.some(({ at: place, text }) => begins(place, text)));
}

/**
 * @param path of a file, or the last name of an address
 * @example
 * formatOfName('scan.zvi')?.name; // 'Zeiss ZVI'
 */
export const formatOfName = (path: string): KnownFormat | undefined =>
  knownFormats.find(({ names }) => names?.test(path) === true);

/** The format of a file that OpenSlide reads and this reader does not. */
export function openSlideFormat(path: string, head: Uint8Array): KnownFormat | undefined {
  const known = formatOf(path, head);
  return known?.openSlide === undefined ? undefined : known;
}

/** By its bytes, unless its name tells more: a VMS begins with a bracket, as JSON may. */
export const formatOf = (path: string, head: Uint8Array): KnownFormat | undefined =>
  isDisguised(path) ? formatOfName(path) : (formatOfContent(head) ?? formatOfName(path));

/** Whether a name says that a file is of another format than its first bytes. */
export const isDisguised = (path: string): boolean => formatOfName(path)?.disguised === true;

/** Whether a DICOM file begins here, which leaves its first 128 bytes to others: some writers put a TIFF's header there. */
export const isDicom = (head: Uint8Array): boolean => String.fromCharCode(...head.subarray(128, 132)) === 'DICM';
