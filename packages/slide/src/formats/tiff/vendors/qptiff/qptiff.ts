/** Finds out what the pages of a QPTIFF are: levels of a brightfield slide, and the pictures beside them. */
import { SlideError } from '../../../../slide-error.js';
import { xmlProperties } from '../../../properties/xml-properties.js';
import type { TiffLevel, TiffPage, TiffSlide } from '../../page.js';
import { describeBeside } from '../../structure/describe-beside.js';
import { describePage } from '../../structure/describe-page.js';
import { type Directory, damaged, readText, type TiffFile } from '../../structure/file.js';
import { isReduced, level } from '../../structure/levels.js';
import type { PageOptions } from '../../structure/pixel-format.js';
import { tiffProperties } from '../../structure/properties.js';
import { statedResolution } from '../../structure/resolution.js';
import { Tag } from '../../structure/tags.js';
import { numberOf } from '../../structure/walk-directories.js';
import type { TiffVendor, VendorOptions } from '../vendor.js';
import { isQptiff, type PageDescription, parsePageDescription } from './page-description.js';

/** Bytes of one page's XML, which holds the settings of the scanner. */
const MAX_XML = 1 << 20;

/** Pictures beside the slide, by what the XML calls them. */
const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({ Thumbnail: 'thumbnail', Overview: 'macro', Label: 'label' }),
);

export const qptiff: TiffVendor = {
  name: 'PerkinElmer QPTIFF',
  wrote: ({ description }) => isQptiff(description),
  open: qptiffSlide,
};

async function qptiffSlide(
  file: TiffFile,
  directories: readonly Directory[],
  { codecs, content }: VendorOptions,
): Promise<TiffSlide> {
  const options = { codecs, content };
  const { full, reduced, beside, notes } = await sort(file, directories);
  const [base, second] = full;
  if (base === undefined) throw damaged(file, 'page 0', 'its XML calls no page the full resolution');
  const samples = await numberOf(file, base.directory, Tag.SamplesPerPixel);
  if (samples < 3) throw refuse(file, `fluorescence channels (PerkinElmer QPTIFF, ${full.length})`);
  if (second !== undefined) throw refuse(file, `${full.length} pages of full resolution (PerkinElmer QPTIFF)`);
  const page = await rgbPage(file, base.directory, options);
  const levels: TiffLevel[] = [];
  for (const directory of reduced) {
    const smaller = await rgbPage(file, directory, options);
    const last = levels.at(-1)?.width ?? page.width;
    if (!isReduced(page, smaller) || smaller.width >= last) {
      const sizes = `${smaller.width} x ${smaller.height} pixels is no smaller picture of the slide of ${page.width} x ${page.height}`;
      throw damaged(file, smaller.name, `a level of ${sizes}`);
    }
    levels.push(level([smaller], page));
  }
  const others = await describeBeside(file, beside, options);
  const { scale, note } = await statedResolution(file, base.directory);
  return {
    format: qptiff.name,
    levels: [level([page], page), ...levels],
    scale,
    micronsPerPixelFrom: scale === undefined ? undefined : 'resolution tags',
    ...(scale === undefined && note !== undefined ? { scaleNote: note } : {}),
    objectivePower: base.objectivePower,
    notes: [...notes, ...others.notes],
    associated: others.associated,
    readProperties: async () => {
      const { directory } = base;
      const xml = await readText(file, directory.entries.get(Tag.ImageDescription), MAX_XML);
      const tags = await tiffProperties(file, directory);
      return [...tags, ...xmlProperties(file, xml, directory.name, 'perkinelmer')];
    },
  };
}

interface Sorted {
  readonly full: readonly (PageDescription & { readonly directory: Directory })[];
  readonly reduced: readonly Directory[];
  readonly beside: ReadonlyMap<string, Directory>;
  readonly notes: string[];
}

async function sort(file: TiffFile, directories: readonly Directory[]): Promise<Sorted> {
  const full: (PageDescription & { readonly directory: Directory })[] = [];
  const reduced: Directory[] = [];
  const beside = new Map<string, Directory>();
  const notes: string[] = [];
  for (const directory of directories) {
    const text = await readText(file, directory.entries.get(Tag.ImageDescription), MAX_XML);
    const description =
      text === '' ? { type: '', objectivePower: undefined } : parsePageDescription(file, directory.name, text);
    const name = NAMES.get(description.type);
    if (description.type === 'FullResolution') full.push({ ...description, directory });
    else if (description.type === 'ReducedResolution') reduced.push(directory);
    else if (name !== undefined && !beside.has(name)) beside.set(name, directory);
    else notes.push(`${directory.name}, which is not read`);
  }
  return { full, reduced, beside, notes };
}

async function rgbPage(file: TiffFile, directory: Directory, options: PageOptions): Promise<TiffPage> {
  const page = await describePage(file, directory, options);
  if (page.samples === 3 && page.bits === 8) return page;
  throw refuse(file, `${page.name}: ${page.samples} x ${page.bits} bits`);
}

const refuse = (file: TiffFile, what: string): SlideError =>
  new SlideError('unsupported', `${what} are not supported`, {
    subject: file.source.name,
    hint: 'export it as brightfield RGB',
  });
