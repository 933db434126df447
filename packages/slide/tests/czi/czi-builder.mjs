/**
 * Writes CZIs field by field after the structures that libCZI's public headers and OpenSlide's reader describe, without any code of the reader: a header,
 * sub-blocks with their metadata and entries, the directory of these entries, XML, and attachments with their directory.
 */
import { zstdFrame } from './zstd-frame.mjs';

const PIXEL_TYPES = { '1-8': 0, '1-16': 1, '3-8': 3, '3-16': 4 };
const COMPRESSIONS = { none: 0, 'jpeg-xr': 4, zstd0: 5, zstd1: 6, parted: 6 };
const ALIGNMENT = 32;
const encoder = new TextEncoder();

/** A segment: its name, what is allocated and what is used, and the data, filled up to whole lines of 32 bytes. */
function segment(name, data) {
  const allocated = Math.ceil(data.length / ALIGNMENT) * ALIGNMENT;
  const out = Buffer.alloc(ALIGNMENT + allocated);
  out.write(name);
  out.writeBigInt64LE(BigInt(allocated), 16);
  out.writeBigInt64LE(BigInt(data.length), 24);
  out.set(data, ALIGNMENT);
  return out;
}

/** Blue first, as all CZIs have it. */
export function blueFirst({ samples, bits, data }) {
  if (samples === 1) return data;
  const size = bits / 8;
  const out = Buffer.from(data);
  for (let i = 0; i < data.length; i += 3 * size) {
    out.set(data.subarray(i + 2 * size, i + 3 * size), i);
    out.set(data.subarray(i, i + size), i + 2 * size);
  }
  return new Uint8Array(out);
}

/** Low bytes of all samples, then the high ones. */
function parted(bytes) {
  const half = bytes.length / 2;
  return bytes.map((_, i) => bytes[i < half ? 2 * i : 2 * (i - half) + 1]);
}

function encode({ picture, compression = 'none', data }, compress) {
  if (data !== undefined) return data;
  const bytes = blueFirst(picture);
  if (compression === 'none') return bytes;
  if (compression === 'zstd0') return compress(bytes);
  const header = compression === 'parted' ? [3, 1, 1] : picture.bits === 16 ? [3, 1, 0] : [1];
  return new Uint8Array(
    Buffer.concat([Buffer.from(header), compress(compression === 'parted' ? parted(bytes) : bytes)]),
  );
}

/** DirectoryEntryDV: 32 bytes, and 20 for each dimension. */
function entryOf(
  { x, y, picture, size = [picture.width, picture.height], compression = 'none', at = {} },
  position,
  filePart,
) {
  const dimensions = [
    ['X', x, size[0], picture.width],
    ['Y', y, size[1], picture.height],
    ...Object.entries(at).map(([name, start]) => [name, start, 1, 1]),
  ];
  const out = Buffer.alloc(32 + 20 * dimensions.length);
  out.write('DV');
  out.writeInt32LE(PIXEL_TYPES[`${picture.samples}-${picture.bits}`], 2);
  out.writeBigInt64LE(BigInt(position), 6);
  out.writeInt32LE(filePart, 14);
  out.writeInt32LE(COMPRESSIONS[compression], 18);
  out.writeUInt8(size[0] === picture.width ? 0 : 2, 22);
  out.writeInt32LE(dimensions.length, 28);
  for (const [i, [name, start, length, stored]] of dimensions.entries()) {
    const from = 32 + 20 * i;
    out.write(name, from);
    out.writeInt32LE(start, from + 4);
    out.writeInt32LE(length, from + 8);
    out.writeInt32LE(stored, from + 16);
  }
  return out;
}

/** Sizes, the entry in at least 256 bytes, metadata, samples. */
function subBlock(block, entry, data) {
  const metadata = encoder.encode(block.metadata ?? '<METADATA/>');
  const head = Buffer.alloc(Math.max(256, 16 + entry.length));
  head.writeInt32LE(metadata.length, 0);
  head.writeBigInt64LE(BigInt(data.length), 8);
  head.set(entry, 16);
  return segment('ZISRAWSUBBLOCK', Buffer.concat([head, metadata, data]));
}

function attachmentEntry({ name, kind }, position) {
  const out = Buffer.alloc(128);
  out.write('A1');
  out.writeBigInt64LE(BigInt(position), 12);
  out.write(kind, 40, 8);
  out.write(name, 48, 80);
  return out;
}

export function xmlOf(options = {}) {
  const {
    microns = 0.25,
    magnification = 20,
    width,
    height,
    bits = 8,
    contrast = 'Brightfield',
    channels = 1,
  } = options;
  const item = (id) => `<Distance Id="${id}"><Value>${microns / 1e6}</Value></Distance>`;
  const one = `<Channel Id="Channel:0"><ContrastMethod>${contrast}</ContrastMethod></Channel>`;
  const sides = width === undefined ? '' : `<SizeX>${width}</SizeX><SizeY>${height}</SizeY>`;
  return `<?xml version="1.0"?><ImageDocument><Metadata><Information><Image>${sides}<ComponentBitCount>${bits}</ComponentBitCount>\
<Dimensions><Channels>${one.repeat(channels)}</Channels></Dimensions><ObjectiveSettings><ObjectiveRef Id="Objective:2"/></ObjectiveSettings></Image>\
<Instrument><Objectives><Objective Id="Objective:1"><NominalMagnification>5</NominalMagnification></Objective>\
<Objective Id="Objective:2"><NominalMagnification>${magnification}</NominalMagnification></Objective></Objectives></Instrument></Information>\
<Scaling><Items>${item('X')}${item('Y')}</Items></Scaling></Metadata></ImageDocument>`;
}

/** @type {import('./czi-builder.d.mts').buildCzi} */
export function buildCzi(blocks, options = {}) {
  const {
    xml = xmlOf(),
    attachments = [],
    filePart = 0,
    blockPart = 0,
    isPending = false,
    compress = zstdFrame,
  } = options;
  const parts = [Buffer.alloc(ALIGNMENT + 512)];
  let end = parts[0].length;
  const put = (bytes) => {
    const at = end;
    parts.push(bytes);
    end += bytes.length;
    return at;
  };
  const entries = blocks.map((block) => {
    const entry = entryOf(block, end, blockPart);
    put(subBlock(block, entry, encode(block, compress)));
    return entry;
  });
  const head = Buffer.alloc(128);
  head.writeInt32LE(entries.length, 0);
  const directory = put(segment('ZISRAWDIRECTORY', Buffer.concat([head, ...entries])));
  const text = encoder.encode(xml);
  const textHead = Buffer.alloc(256);
  textHead.writeInt32LE(text.length, 0);
  const metadata = xml === '' ? 0 : put(segment('ZISRAWMETADATA', Buffer.concat([textHead, text])));
  const listed = attachments.map((attachment) => {
    const entry = attachmentEntry(attachment, end);
    const own = Buffer.alloc(256);
    own.writeInt32LE(attachment.bytes.length, 0);
    own.set(entry, 16);
    put(segment('ZISRAWATTACH', Buffer.concat([own, attachment.bytes])));
    return entry;
  });
  const listHead = Buffer.alloc(256);
  listHead.writeInt32LE(listed.length, 0);
  const list = listed.length === 0 ? 0 : put(segment('ZISRAWATTDIR', Buffer.concat([listHead, ...listed])));
  const header = Buffer.alloc(512);
  header.writeInt32LE(1, 0);
  header.write('the primary file', 16);
  header.write('the primary file', 32);
  header.writeInt32LE(filePart, 48);
  header.writeBigInt64LE(BigInt(directory), 52);
  header.writeBigInt64LE(BigInt(metadata), 60);
  header.writeInt32LE(isPending ? 0xffff : 0, 68);
  header.writeBigInt64LE(BigInt(list), 72);
  parts[0] = segment('ZISRAWFILE', header);
  return new Uint8Array(Buffer.concat(parts));
}
