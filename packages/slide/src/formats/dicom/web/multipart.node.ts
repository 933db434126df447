/** Answers of several parts. Source: RFC 2046, 5.1; RFC 2387; PS3.18, 8.6.1.2. */

export interface Part {
  /** Media type without parameters, in small letters; empty where it is not stated. */
  readonly type: string;
  /** UID of how the part is written; undefined where the server does not say. */
  readonly syntax: string | undefined;
  /** Address of what is in it. */
  readonly location: string | undefined;
  readonly data: Uint8Array;
}

/** Bytes of the headers of a part. */
export const MAX_HEADER = 8 << 10;

const parameter = (header: string, name: string): string | undefined => {
  const found = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^\\s;"]*))`, 'i').exec(header);
  return (found?.[1] ?? found?.[2])?.trim() || undefined;
};

/**
 * @param contentType of the answer, with the boundary
 * @throws {Error} for what is not made of parts, or is cut off
 */
export function partsOf(contentType: string, body: Uint8Array): Part[] {
  // A parameter may hold others in quotes.
  const boundary = parameter(contentType.replace(/type="[^"]*"/gi, ''), 'boundary');
  if (boundary === undefined) throw new Error('it does not say where its parts end');
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const line = `--${boundary}`;
  const parts: Part[] = [];
  let at = bytes.subarray(0, line.length).equals(Buffer.from(line)) ? 0 : bytes.indexOf(`\r\n${line}`);
  if (at < 0) throw new Error('its parts are not where it says');
  if (at > 0) at += 2;
  for (;;) {
    at += line.length;
    const after = bytes.subarray(at, at + 2).toString('latin1');
    if (after === '--') return parts;
    if (after !== '\r\n') throw new Error(`part ${parts.length + 1} does not begin as one`);
    const headEnd = bytes.subarray(at, at + MAX_HEADER).indexOf('\r\n\r\n');
    if (headEnd < 0) throw new Error(`the headers of part ${parts.length + 1} do not end`);
    const headers = headersOf(bytes.subarray(at + 2, at + headEnd).toString('latin1'));
    const start = at + headEnd + 4;
    const end = bytes.indexOf(`\r\n${line}`, start);
    if (end < 0) throw new Error(`part ${parts.length + 1} is cut off`);
    const stated = headers.get('content-length');
    if (stated !== undefined && Number(stated) !== end - start) {
      throw new Error(`part ${parts.length + 1} has ${end - start} bytes, and says ${stated}`);
    }
    const type = headers.get('content-type') ?? '';
    parts.push({
      type: type.split(';')[0]?.trim().toLowerCase() ?? '',
      syntax: parameter(type, 'transfer-syntax'),
      location: headers.get('content-location'),
      // A copy: what is kept of an answer must not keep the rest of it.
      data: new Uint8Array(bytes.subarray(start, end)),
    });
    at = end + 2;
  }
}

const headersOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split('\r\n').map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
