/** What a WebP says of itself before it is decoded. Source: RFC 9649, sections 2.5 to 2.7 and 3.4; RFC 6386, section 9.1. */

export interface WebpHeader {
  readonly width: number;
  readonly height: number;
  readonly opacity: boolean;
  readonly animated: boolean;
}

const LETTERS = { riff: 0x52494646, webp: 0x57454250, lossy: 0x56503820, lossless: 0x5650384c, extended: 0x56503858 };
const OPACITY_FLAG = 0x10;
const ANIMATION_FLAG = 0x02;
const HEADER_BYTES = 30;

/** @returns undefined for what does not start as a WebP */
export function webpHeader(data: Uint8Array): WebpHeader | undefined {
  if (data.length < HEADER_BYTES) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, HEADER_BYTES);
  if (view.getUint32(0) !== LETTERS.riff || view.getUint32(8) !== LETTERS.webp) return undefined;
  const three = (at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 65536;
  switch (view.getUint32(12)) {
    case LETTERS.lossy: {
      const [width, height] = [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
      return { width, height, opacity: false, animated: false };
    }
    case LETTERS.lossless: {
      const bits = view.getUint32(21, true);
      const [width, height] = [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
      return { width, height, opacity: (bits & (1 << 28)) !== 0, animated: false };
    }
    case LETTERS.extended: {
      const flags = view.getUint8(20);
      const [opacity, animated] = [(flags & OPACITY_FLAG) !== 0, (flags & ANIMATION_FLAG) !== 0];
      return { width: 1 + three(24), height: 1 + three(27), opacity, animated };
    }
    default:
      return undefined;
  }
}
