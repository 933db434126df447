/**
 * What a JPEG XR file says of itself before it is decoded: the container's tags, and the codestream's own header, which must agree, since the library
 * takes the room of one and the rows of the other. Source: ITU-T T.832, annex A (container) and 8.3 (image header).
 */

/** Samples of a pixel as they come out of the decoder. */
export interface JpegXrLayout {
  readonly samples: 1 | 3;
  readonly bits: 8 | 16;
  /** Blue comes first. */
  readonly bgr: boolean;
}

export interface JpegXrHeader extends JpegXrLayout {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

const TAG = { pixelFormat: 0xbc01, width: 0xbc80, height: 0xbc81, offset: 0xbcc0, bytes: 0xbcc1 } as const;
/** The identifiers of pixel formats differ in their last byte only. */
const FORMATS = [0x24, 0xc3, 0xdd, 0x6f, 0x03, 0x4e, 0xfe, 0x4b, 0xb1, 0x85, 0x3d, 0x77, 0x76, 0x8d, 0xc9];
const LAYOUTS: Readonly<Record<number, JpegXrLayout>> = {
  8: { samples: 1, bits: 8, bgr: false },
  11: { samples: 1, bits: 16, bgr: false },
  12: { samples: 3, bits: 8, bgr: true },
  13: { samples: 3, bits: 8, bgr: false },
  21: { samples: 3, bits: 16, bgr: false },
};
const SIGNATURE = 'WMPHOTO\0';
/** Colour formats of the codestream; beside them stands the depth, 1 for 8 bits and 2 for 16. */
const [GREY, RGB] = [0, 7];
/** Of the codestream: the signature, flags, and both sides of the picture. */
const IMAGE_HEADER_BYTES = 20;

/** @throws {Error} with the reason, for what is no JPEG XR of 8 or 16 bits, grey or RGB */
export function parseJpegXrHeader(data: Uint8Array): JpegXrHeader {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  // "II", 0xbc, and the version.
  if (data.length < 8 || view.getUint16(0) !== 0x4949 || data[2] !== 0xbc || (data[3] ?? 0) > 1) {
    throw new Error('it does not start as a JPEG XR file');
  }
  const found = tagsOf(view);
  const [format, width, height, offset] = [TAG.pixelFormat, TAG.width, TAG.height, TAG.offset].map((tag) =>
    found.get(tag),
  );
  if (format === undefined || width === undefined || height === undefined || offset === undefined) {
    throw new Error('its tags do not say what is in it');
  }
  // 0: the writer did not know it.
  const bytes = found.get(TAG.bytes) ?? 0;
  if (offset + bytes > data.length)
    throw new Error(`${data.length} bytes are there where its tags say ${offset + bytes}`);
  const isKnown = FORMATS.every((byte, i) => data[format + i] === byte);
  const layout = isKnown ? LAYOUTS[data[format + FORMATS.length] ?? 0] : undefined;
  if (layout === undefined) throw new Error('its pixels are neither grey nor RGB of 8 or 16 bits');
  const header = { ...layout, width, height };
  checkCodestream(view, offset, header);
  return header;
}

/** Values by tag; of the pixel format, where it lies. */
function tagsOf(view: DataView): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const directory = view.getUint32(4, true);
  const count = directory + 2 <= view.byteLength ? view.getUint16(directory, true) : 0;
  if (directory + 2 + count * 12 > view.byteLength) throw new Error('its tags are cut off');
  for (let i = 0; i < count; i++) {
    const at = directory + 2 + i * 12;
    const [tag, type] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    found.set(tag, type === 3 ? view.getUint16(at + 8, true) : view.getUint32(at + 8, true));
  }
  return found;
}

function checkCodestream(view: DataView, offset: number, { width, height, samples, bits }: JpegXrHeader): void {
  if (offset + IMAGE_HEADER_BYTES > view.byteLength) throw new Error('its codestream is cut off');
  const begins = Array.from(SIGNATURE).every((letter, i) => view.getUint8(offset + i) === letter.charCodeAt(0));
  if (!begins) throw new Error('its codestream does not begin where its tags say');
  if (((view.getUint8(offset + 9) >> 3) & 7) !== 0)
    throw new Error('pictures that lie on their side are not supported');
  if (view.getUint8(offset + 11) !== ((samples === 3 ? RGB : GREY) << 4) + bits / 8) {
    throw new Error('its codestream has other samples than its tags say');
  }
  const isShort = (view.getUint8(offset + 10) & 0x80) !== 0;
  const columns = 1 + (isShort ? view.getUint16(offset + 12) : view.getUint32(offset + 12));
  const rows = 1 + (isShort ? view.getUint16(offset + 14) : view.getUint32(offset + 16));
  if (columns === width && rows === height) return;
  throw new Error(`its codestream has ${columns} x ${rows} pixels where its tags say ${width} x ${height}`);
}
