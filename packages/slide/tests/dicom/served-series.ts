/** A DICOMweb server of series of the generator, which answers as PS3.18 has it, or as a test wants it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Element, type SlideFile, SYNTAX, slideElements } from './slide-builder.mjs';

export interface ServedSeries {
  /** Of the series. */
  readonly address: string;
  /** Paths below the series, and what came with them. */
  readonly asked: { readonly place: string; readonly headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

export interface PartHeaders {
  readonly type?: string;
  readonly location?: string;
  readonly length?: number;
}

/** @returns true where it has answered */
export type Override = (place: string, response: ServerResponse, request: IncomingMessage) => boolean | undefined;

const BOUNDARY = 'here-and-there';

/** Elements as DICOM JSON. */
export function jsonOf(elements: readonly Element[]): Record<string, unknown> {
  return Object.fromEntries(
    elements.map(([tag, vr, value]) => [
      tag.toString(16).padStart(8, '0').toUpperCase(),
      { vr, ...valuesOf(vr, value) },
    ]),
  );
}

function valuesOf(vr: string, value: unknown): Record<string, unknown> {
  if (value instanceof Uint8Array) return { InlineBinary: Buffer.from(value).toString('base64') };
  if (vr === 'SQ' && Array.isArray(value)) return { Value: value.map(jsonOf) };
  if (Array.isArray(value)) return { Value: value };
  const texts = String(value).split('\\');
  return { Value: vr === 'DS' || vr === 'IS' ? texts.map(Number) : texts };
}

/** @param parts each with its headers @param end what stands behind the last one */
export function multipart(
  parts: readonly { readonly headers: PartHeaders; readonly data: Uint8Array }[],
  end = '--',
): Buffer {
  const pieces = parts.flatMap(({ headers: { type, location, length }, data }) => [
    Buffer.from(
      [
        `--${BOUNDARY}`,
        ...(type === undefined ? [] : [`Content-Type: ${type}`]),
        ...(location === undefined ? [] : [`Content-Location: ${location}`]),
        ...(length === undefined ? [] : [`Content-Length: ${length}`]),
        '',
        '',
      ].join('\r\n'),
    ),
    data,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}${end}\r\n`)]);
}

export const MULTIPART = { 'content-type': `multipart/related; type="application/octet-stream"; boundary=${BOUNDARY}` };

/** The bytes of a frame as a server gives them: in one piece. */
const whole = (frame: Uint8Array | readonly Uint8Array[] | undefined): Uint8Array =>
  frame instanceof Uint8Array ? frame : Buffer.concat(frame ?? []);

export async function serveSeries(
  files: readonly SlideFile[],
  override: Override = () => false,
): Promise<ServedSeries> {
  const asked: ServedSeries['asked'] = [];
  const metadata = files.map((file) =>
    jsonOf(slideElements({ ...file, frames: file.frames ?? file.frameData.length })),
  );
  const server = createServer((request, response) => {
    const place = (request.url ?? '').replace('/dicom-web/studies/1.2.3.99/series/1.2.3.100/', '');
    asked.push({ place, headers: request.headers });
    if (override(place, response, request) === true) return;
    if (place === 'metadata') {
      response.writeHead(200, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(metadata));
      return;
    }
    const [, uid, list = ''] = /^instances\/([\d.]+)\/frames\/([\d,]+)$/.exec(place) ?? [];
    const file = files.find((one) => (one.uid ?? '1.2.3.4') === uid);
    if (file === undefined) return void response.writeHead(404).end('not here');
    const type = `application/octet-stream; transfer-syntax=${file.syntax ?? SYNTAX.explicit}`;
    const parts = list.split(',').map((number) => {
      const data = whole(file.frameData[Number(number) - 1]);
      return { headers: { type, location: `/instances/${uid}/frames/${number}`, length: data.length }, data };
    });
    response.writeHead(200, MULTIPART).end(multipart(parts));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/dicom-web/studies/1.2.3.99/series/1.2.3.100`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
