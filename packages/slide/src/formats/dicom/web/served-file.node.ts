/** An instance on a DICOMweb server as what the reader of files makes of a file: its data set from the metadata, its frames by requests. */
import { type DicomJson, dicomWebSeries } from '@ftuseg/files';
import { SlideError } from '../../../slide-error.js';
import { type ByteSource, checkRange } from '../../../source/byte-source.js';
import type { FrameIndex, FramePlace } from '../frames/item-frames.js';
import { servedProperties } from '../properties/served-properties.js';
import { type DataSet, numberOf, textOf } from '../structure/data-set.js';
import { framePositions } from '../structure/frame-positions.js';
import { type DicomFile, PER_FRAME, WANTED } from '../structure/read-file.js';
import { Tag } from '../structure/tags.js';
import { type TransferSyntax, transferSyntax } from '../structure/transfer-syntax.js';
import type { FrameRequests } from './frame-requests.node.js';
import { itemsIn, jsonDataSet } from './json-data-set.js';
import { storedAs } from './stored-as.js';

/** Beyond samples without compression: what headers add to a small frame. */
const MORE_BYTES = 64 << 10;
const MAX_FRAME_BYTES = 256 << 20;

const { [Tag.PerFrameFunctionalGroups]: _, ...OF_ALL } = WANTED;

/** What the metadata say of an instance. */
export interface ServedInstance {
  /** Address, for messages. */
  readonly name: string;
  readonly uid: string;
  readonly set: DataSet;
  readonly item: DicomJson;
}

/** @throws {SlideError} `bad-input` for an instance without a name, or of another series than was asked for */
export function servedInstance(item: DicomJson, address: string): ServedInstance {
  const set = jsonDataSet(item, OF_ALL);
  const uid = textOf(set, Tag.SopInstanceUid);
  const hint = "the server's metadata are damaged";
  if (uid === undefined || !/^[\d.]{1,128}$/.test(uid)) {
    throw new SlideError('bad-input', 'an instance has no SOPInstanceUID', { subject: address, hint });
  }
  const series = textOf(set, Tag.SeriesInstanceUid);
  const wanted = dicomWebSeries(address)?.series;
  if (series !== undefined && series !== wanted) {
    throw new SlideError('bad-input', `the server answered with another series (${series.slice(0, 64)})`, {
      subject: address,
      hint,
    });
  }
  return { name: `${address.split('?')[0]}/instances/${uid}`, uid, set, item };
}

/**
 * Asks for the first frame, since nothing else says for certain how frames are written.
 * @throws {SlideError} `unsupported` for a way that is not read; `bad-input` where none is stated
 */
export async function servedFile(
  { name, uid, set, item }: ServedInstance,
  requests: FrameRequests,
  signal: AbortSignal | undefined,
): Promise<DicomFile> {
  const bits = numberOf(set, Tag.BitsAllocated) ?? 8;
  const sizes = [Tag.Rows, Tag.Columns, Tag.SamplesPerPixel].map((tag) => numberOf(set, tag) ?? 0);
  const samples = sizes.reduce((product, size) => product * size, bits / 8);
  const photometric = textOf(set, Tag.PhotometricInterpretation) ?? '';
  const plainBytes = photometric === 'YBR_FULL_422' ? (samples / 3) * 2 : samples;
  const most = Math.min(MAX_FRAME_BYTES, (samples > 0 ? 2 * samples : 0) + MORE_BYTES);
  const stated = textOf(set, Tag.AvailableTransferSyntaxUid) ?? textOf(set, Tag.TransferSyntaxUid);
  const fail = (problem: string): SlideError =>
    new SlideError('bad-input', problem, { subject: name, hint: 'copy the files of the series and open these' });
  const syntaxOf = (part: Parameters<typeof storedAs>[0]): string => {
    const found = storedAs(part, stated, plainBytes);
    if (found === undefined) throw fail('the server does not say how its frames are stored');
    return found;
  };
  const stored = syntaxOf(await requests.frame({ instance: uid, frame: 0, most }, signal));
  const syntax = transferSyntax(stored, name);
  // Of a server that decompresses nobody knows whether it has made RGB of YCbCr.
  if (
    isPlain(syntax) &&
    photometric.startsWith('YBR') &&
    stated !== undefined &&
    !isPlain(transferSyntax(stated, name))
  ) {
    throw fail(`its frames are stored with compression, and the server has decompressed them into unknown colours`);
  }
  const read = async (frame: number, reader: AbortSignal | undefined): Promise<Uint8Array> => {
    const part = await requests.frame({ instance: uid, frame, most }, reader);
    const other = syntaxOf(part);
    if (transferSyntax(other, name).codec === syntax.codec) return part.data;
    throw fail(`frame ${frame} came in another transfer syntax (${other}) than the first (${stored})`);
  };
  const positions = framePositions();
  for (const frame of itemsIn(item, Tag.PerFrameFunctionalGroups)) positions.add(jsonDataSet(frame, PER_FRAME));
  const source: ByteSource = {
    name,
    size: 0,
    read: () => Promise.reject(new RangeError('an instance on a server is read frame by frame')),
    close: async () => undefined,
  };
  const framesOf = ({ frameBytes }: { readonly frameBytes: number }): FrameIndex => ({
    locate: async (frame) =>
      isPlain(syntax)
        ? plainPlace(name, frameBytes, (reader) => read(frame, reader))
        : packedPlace(source, frame, read),
  });
  return { source, syntax, set, positions, framesOf, properties: () => servedProperties(item) };
}

const isPlain = ({ codec }: TransferSyntax): boolean => codec === 'none';

/** How many bytes it has shows when it comes. */
const packedPlace = (
  source: ByteSource,
  frame: number,
  read: (frame: number, signal: AbortSignal | undefined) => Promise<Uint8Array>,
): FramePlace => ({ source, offset: 0, bytes: 1, read: (signal) => read(frame, signal) });

/** Rows of samples are read by themselves. */
function plainPlace(
  name: string,
  frameBytes: number,
  whole: (signal: AbortSignal | undefined) => Promise<Uint8Array>,
): FramePlace {
  const source: ByteSource = {
    name,
    size: frameBytes,
    read: async (offset, length, { signal } = {}) => {
      checkRange(name, frameBytes, offset, length);
      const data = await whole(signal);
      if (data.length < frameBytes) {
        throw new SlideError('bad-input', `a frame has ${data.length} bytes where ${frameBytes} are needed`, {
          subject: name,
          hint: 'the server does not give frames as they are stored: copy the files of the series',
        });
      }
      return data.subarray(offset, offset + length);
    },
    close: async () => undefined,
  };
  return { source, offset: 0, bytes: frameBytes };
}
