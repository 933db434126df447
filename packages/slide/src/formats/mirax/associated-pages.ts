/** The scanner's label, its overview and its thumbnail, as pages of one block. Only their headers are read before somebody asks for them by name. */
import type { TiffPage } from '../tiff/page.js';
import { type DecodeImageOptions, decodeImage, jpegSize } from './decode-image.js';
import { type DataPlace, damagedMirax } from './index-file.js';
import { miraxPage } from './level-page.js';
import type { Slidedat } from './slidedat.js';

/** Of a JPEG, in which its size is stated. */
const HEADER_BYTES = 1 << 16;
const MAX_SIDE = 8192;

/** @throws {SlideError} `bad-input` for a damaged header */
export async function associatedPages(
  { others, fill }: Slidedat,
  record: (number: number) => Promise<DataPlace>,
  readData: (place: DataPlace, signal?: AbortSignal) => Promise<Uint8Array>,
  { codecs, subject }: Pick<DecodeImageOptions, 'codecs' | 'subject'>,
): Promise<ReadonlyMap<string, TiffPage>> {
  const pages = new Map<string, TiffPage>();
  for (const { name, record: number } of others) {
    const fail = (problem: string) => damagedMirax(subject, `the picture "${name}": ${problem}`);
    const place = await record(number);
    const head = await readData({ ...place, bytes: Math.min(place.bytes, HEADER_BYTES) });
    const { width, height } = jpegSize(head, fail);
    if (width > MAX_SIDE || height > MAX_SIDE) throw fail(`${width} x ${height} pixels are impossible`);
    const image = async (_: number, signal: AbortSignal | undefined): Promise<Uint8Array> => {
      const options = { codecs, where: `the picture "${name}"`, subject, signal };
      return decodeImage(await readData(place, signal), { format: 'jpeg', width, height }, options);
    };
    const placed = { tiles: Int32Array.of(0, 0, 0, 0, 0), width, height };
    pages.set(
      name,
      miraxPage({ name, width, height, placed, imageWidth: width, compression: 'jpeg', fill, image, subject }),
    );
  }
  return pages;
}
