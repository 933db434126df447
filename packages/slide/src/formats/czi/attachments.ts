/** Pictures beside the slide: the label, the preview of the whole glass and the thumbnail, each looked at when somebody asks for it by name. */
import type { Codec } from '../../codecs/codec.js';
import type { ByteSource } from '../../source/byte-source.js';
import { refuseBomb } from '../decoded-size.js';
import { parseJpegHeader } from '../ndpi/jpeg-header.js';
import { PLAIN_SAMPLES, type TiffPage } from '../tiff/page.js';
import { blockPages } from './block-pages.js';
import { readDirectory } from './directory.js';
import { isFull } from './levels.js';
import {
  type CziFile,
  damagedCzi,
  longAt,
  nameIn,
  openCziFile,
  partOf,
  segmentAt,
  unsupportedCzi,
  viewOf,
} from './segments.js';

/** Our names of them, which other readers use too. */
const NAMES: Readonly<Record<string, string>> = { Label: 'label', SlidePreview: 'macro', Thumbnail: 'thumbnail' };

const DIRECTORY_BYTES = 256;
const ENTRY_BYTES = 128;
const MAX_ENTRIES = 4096;
/** Of an attachment's segment before its content. */
const FIXED_BYTES = 256;
const MAX_SIDE = 1 << 15;
/** Of a JPEG, in which its size is stated. */
const HEADER_BYTES = 1 << 16;

/** @throws {SlideError} `bad-input` for a directory that is cut off */
export async function associatedPictures(
  { source, attachments }: CziFile,
  codecs: readonly Codec[],
): Promise<ReadonlyMap<string, () => Promise<TiffPage>>> {
  const found = new Map<string, () => Promise<TiffPage>>();
  if (attachments === 0) return found;
  const { name: subject } = source;
  const what = 'the directory of attachments';
  const { offset } = await segmentAt(source, attachments, ['ZISRAWATTDIR'], what);
  const fail = (problem: string) => damagedCzi(subject, `${what}: ${problem}`);
  if (offset + 4 > source.size) throw fail('it is cut off');
  const count = viewOf(await source.read(offset, 4)).getInt32(0, true);
  if (count < 0 || count > MAX_ENTRIES || offset + DIRECTORY_BYTES + count * ENTRY_BYTES > source.size) {
    throw fail(`${count} entries are impossible`);
  }
  const bytes = await source.read(offset + DIRECTORY_BYTES, count * ENTRY_BYTES);
  for (let at = 0; at < bytes.length; at += ENTRY_BYTES) {
    const entry = bytes.subarray(at, at + ENTRY_BYTES);
    if (nameIn(entry.subarray(0, 2)) !== 'A1') throw fail('an entry does not begin as one');
    const name = NAMES[nameIn(entry.subarray(48))];
    if (name === undefined || found.has(name)) continue;
    const [position, kind] = [longAt(viewOf(entry), 12), nameIn(entry.subarray(40, 48))];
    found.set(name, () => pictureOf(source, { name, position, kind }, codecs));
  }
  return found;
}

interface Attachment {
  readonly name: string;
  readonly position: number;
  readonly kind: string;
}

async function pictureOf(
  source: ByteSource,
  { name, position, kind }: Attachment,
  codecs: readonly Codec[],
): Promise<TiffPage> {
  const { name: subject } = source;
  const what = `the picture "${name}"`;
  if (!(position > 0)) throw damagedCzi(subject, `${what}: its position is impossible`);
  const { offset, length } = await segmentAt(source, position, ['ZISRAWATTACH'], what);
  if (length < FIXED_BYTES) throw damagedCzi(subject, `${what}: ${length} bytes are too few`);
  const bytes = viewOf(await source.read(offset, 4)).getInt32(0, true);
  if (bytes < 1 || offset + FIXED_BYTES + bytes > source.size)
    throw damagedCzi(subject, `${what}: it passes the end of the file`);
  const content = partOf(source, offset + FIXED_BYTES, bytes);
  if (kind === 'CZI') return pageOfCzi(content, what, codecs);
  if (kind === 'JPG') return pageOfJpeg(content, what, codecs);
  throw unsupportedCzi(subject, `${what}: pictures of the kind ${JSON.stringify(kind)} are not supported`);
}

/** A CZI inside the CZI, of one sub-block. */
async function pageOfCzi(content: ByteSource, what: string, codecs: readonly Codec[]): Promise<TiffPage> {
  const blocks = (await readDirectory(content, (await openCziFile(content)).directory)).filter(isFull);
  if (blocks.length !== 1)
    throw unsupportedCzi(content.name, `${what}: a CZI of ${blocks.length} sub-blocks is not supported`);
  const { pages } = blockPages(blocks, { source: content, codecs, name: what, usedBits: 16 });
  const [page] = pages;
  if (page === undefined) throw damagedCzi(content.name, `${what}: it has no pixels`);
  refuseBomb(`${what}: `, page.width * page.height * page.samples, content);
  const locate = async (index: number) => ({ ...(await page.index.locate(index)), source: content });
  return { ...page, index: { length: 1, locate } };
}

async function pageOfJpeg(content: ByteSource, what: string, codecs: readonly Codec[]): Promise<TiffPage> {
  const fail = (problem: string) => damagedCzi(content.name, `${what}: ${problem}`);
  const codec = codecs.find(({ name }) => name === 'jpeg');
  if (codec === undefined) throw fail('there is no decoder for JPEG');
  const { width, height, components, colours } = headerOf(
    await content.read(0, Math.min(content.size, HEADER_BYTES)),
    fail,
  );
  if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE)
    throw fail(`${width} x ${height} pixels are impossible`);
  refuseBomb(`${what}: `, width * height * components, content);
  return {
    ...PLAIN_SAMPLES,
    name: what,
    width,
    height,
    blocks: 'tiles',
    blockWidth: width,
    blockHeight: height,
    across: 1,
    down: 1,
    index: { length: 1, locate: async () => ({ offset: 0, bytes: content.size, source: content }) },
    codec,
    compression: 'jpeg',
    photometric: components === 1 ? 'black-is-zero' : colours,
    samples: components,
    bits: 8,
    usedBits: 8,
    blank: 255,
    planar: false,
    littleEndian: true,
  };
}

function headerOf(data: Uint8Array, fail: (problem: string) => Error) {
  try {
    const header = parseJpegHeader(data);
    if (header?.components === 1 || header?.components === 3) return header;
  } catch (error) {
    throw fail(error instanceof Error ? error.message : String(error));
  }
  throw fail('it is no JPEG of one or three components');
}
