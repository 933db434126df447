/** What the pages of an OME `Image` are: a picture in grey or colour, or something that is refused by name. */
import { SlideError } from '../../../../slide-error.js';
import { findChannels } from '../../../channel-colours.js';
import { describeGroup, type Group, type Picture } from '../../sorting/bands.js';
import { type ChainPage, sameSize } from '../../sorting/page-facts.js';
import type { TiffFile } from '../../structure/file.js';
import type { PageOptions } from '../../structure/pixel-format.js';
import type { OmePlanes } from './ome-planes.js';
import type { OmeImage } from './parse-ome.js';

export interface OmePicture extends Picture {
  readonly note: string | undefined;
}

/** A picture of another kind, sound as it may be: another image of the file can be the slide. */
export class OtherKind extends SlideError {}

/** @throws {OtherKind} for what is no brightfield picture of one plane; {SlideError} for one that lacks a page or cannot be read */
export async function pictureOf(
  file: TiffFile,
  image: OmeImage,
  { channels }: OmePlanes,
  options: PageOptions,
): Promise<OmePicture> {
  checkSizes(file, image);
  const pages = channels.filter((page) => page !== undefined);
  const [first, ...others] = pages;
  if (first === undefined || pages.length < channels.length || new Set(pages).size < pages.length) {
    throw missingPages(file, image, channels);
  }
  const group: Group = [first, ...others];
  const isWhole = others.every((page) => sameSize(page, first));
  const described = isWhole ? await describeGroup(file, group, { ...options, ...significantBitsOf(image) }) : undefined;
  if (described?.length !== group.length) throw refusedChannels(file, image, ', whose pages are not of one form');
  return inColours(file, image, { group, pages: described });
}

const significantBitsOf = ({ significantBits }: OmeImage): Pick<PageOptions, 'significantBits'> => ({
  significantBits,
});

function checkSizes(file: TiffFile, image: OmeImage): void {
  const options = (hint: string) => ({ subject: file.source.name, hint });
  const refuse = (problem: string, hint: string) => new OtherKind('unsupported', problem, options(hint));
  const { sizeC = 1, sizeZ, sizeT } = image;
  if (image.isElsewhere) {
    throw new SlideError(
      'unsupported',
      'OME-TIFFs of several files are not supported',
      options('export it as one file'),
    );
  }
  if (sizeZ > 1) throw refuse(`stacks of ${sizeZ} focal planes are not supported`, 'export one plane');
  if (sizeT > 1) throw refuse(`series of ${sizeT} time points are not supported`, 'export one of them');
  if (sizeC !== 1 && sizeC !== 3) throw refusedChannels(file, image, '');
}

/** Red, green and blue in their order, where the channels are told apart. */
function inColours(file: TiffFile, image: OmeImage, picture: Picture): OmePicture {
  const [page] = picture.pages;
  // One channel of three samples is a colour picture, whose pages a planar writer made.
  const isColour = picture.pages.length === 1 || (image.channels.length === 1 && image.channels[0]?.samples === 3);
  const stated = image.channels.length === 3 ? image.channels : [];
  const found = findChannels(stated, isColour ? 8 : page.bits);
  if ('refusal' in found) throw refusedChannels(file, image, found.refusal);
  const order = found.channels;
  if (picture.pages.length === 1) {
    if (order.join() === '0,1,2') return { ...picture, note: undefined };
    throw refusedChannels(file, image, ' in one page that are not in the order red, green, blue');
  }
  const [first] = picture.group;
  const [red, green, blue] = picture.pages;
  const [r, g, b] = order.map((channel) => picture.group[channel] ?? first);
  const pages = [red, green, blue];
  const [one, two, three] = order.map((channel) => pages[channel] ?? red);
  return {
    group: [r ?? first, g ?? first, b ?? first],
    pages: [one ?? red, two ?? green, three ?? blue],
    note: isColour ? undefined : found.note,
  };
}

const refusedChannels = (file: TiffFile, { sizeC = 1 }: OmeImage, why: string): OtherKind =>
  new OtherKind('unsupported', `images of ${sizeC} channels are not supported${why}`, {
    subject: file.source.name,
    hint: 'export it as brightfield RGB',
  });

function missingPages(
  file: TiffFile,
  { name, sizeC = 1 }: OmeImage,
  channels: readonly (ChainPage | undefined)[],
): SlideError {
  const there = new Set(channels.filter((page) => page !== undefined)).size;
  return new SlideError(
    'bad-input',
    `OME-XML states a page for each of ${sizeC} channels of image "${name}", and the file has ${there} of these pages`,
    { subject: file.source.name, hint: 'export it again, with all of its pages' },
  );
}
