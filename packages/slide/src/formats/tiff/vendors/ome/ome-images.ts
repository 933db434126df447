/** The pictures that OME-XML states, each with its pages, and which of them is the slide. */
import { meanMicrons } from '@ftuseg/core';
import { SlideError } from '../../../../slide-error.js';
import { area, nameIn, type PageFacts } from '../../sorting/page-facts.js';
import type { TiffFile } from '../../structure/file.js';
import { isReduced } from '../../structure/levels.js';
import type { PageOptions } from '../../structure/pixel-format.js';
import { type OmePicture, OtherKind, pictureOf } from './ome-picture.js';
import { type NumberedPages, type OmePlanes, planesOf } from './ome-planes.js';
import type { OmeImage } from './parse-ome.js';

/** An `Image`, and what is read of it or why nothing is. */
export interface FoundImage {
  readonly image: OmeImage;
  readonly planes: OmePlanes;
  /** Of its pages, or else as it is stated. */
  readonly width: number;
  readonly height: number;
  /** Where its name says that it is another picture than the slide. */
  readonly shows: PageFacts['shows'];
  readonly picture: OmePicture | SlideError;
}

export type ReadImage = FoundImage & { readonly picture: OmePicture };

export const isRead = (image: FoundImage): image is ReadImage => !(image.picture instanceof SlideError);

/** For messages: `image "scan" (640 x 512 pixels)`. */
const nameOfImage = ({ image: { name }, width, height }: FoundImage): string =>
  `image "${name}" (${width} x ${height} pixels)`;

const largest = <T extends FoundImage>(most: T, image: T): T => (area(image) > area(most) ? image : most);

export function findImages(
  file: TiffFile,
  images: readonly OmeImage[],
  pages: NumberedPages,
  options: PageOptions,
): Promise<FoundImage[]> {
  return Promise.all(
    images.map(async (image) => {
      const planes = image.isElsewhere ? { channels: [], all: new Set<never>() } : planesOf(image, pages);
      const picture = await pictureOf(file, image, planes, options).catch((error: unknown) => {
        if (error instanceof SlideError) return error;
        throw error;
      });
      const { width = 0, height = 0 } = planes.channels[0] ?? image;
      return { image, planes, width, height, shows: nameIn(image.name), picture };
    }),
  );
}

/**
 * The largest that is read and does not say that it is another picture.
 * @throws {SlideError} why the largest is not read, where none is, or where it may be the slide: what is damaged is no reason to read a smaller one
 */
export function slideAmong(found: readonly FoundImage[]): ReadImage {
  const named = found.filter(({ shows }) => shows === undefined);
  const slides = named.length > 0 ? named : found;
  const [first, ...others] = slides.filter(isRead);
  if (first === undefined) throw slides.reduce(largest).picture;
  const slide = others.reduce(largest, first);
  const isOther = ({ picture }: FoundImage): boolean => picture instanceof OtherKind;
  const larger = slides.find((image) => !isRead(image) && !isOther(image) && area(image) > area(slide));
  if (larger !== undefined) throw larger.picture;
  return slide;
}

/** What of the choice is not certain: pictures that are as large as the slide, and those of its scale that are no smaller versions of it. */
export function doubtsOfImage(slide: ReadImage, others: readonly FoundImage[]): string[] {
  const isScan = ({ image, width, height }: FoundImage): boolean => {
    const [own, its] = [slide.image.scale, image.scale];
    if (own === undefined || its === undefined || isReduced(slide, { width, height })) return false;
    return Math.abs(meanMicrons(its) / meanMicrons(own) - 1) < SAME_SCALE;
  };
  const rivals = others.filter((other) => other.shows === undefined && (area(other) >= area(slide) || isScan(other)));
  return rivals.map((other) => {
    const why = isRead(other) ? '' : ` (${reasonOf(other)})`;
    return `${nameOfImage(other)} is not read${why}: the slide is ${nameOfImage(slide)}; if it is the other, save that by itself`;
  });
}

/** Why an image is not read. */
export const reasonOf = ({ picture }: FoundImage): string => (picture instanceof SlideError ? picture.problem : '');

/** Scales that differ by less are one. */
const SAME_SCALE = 0.01;
