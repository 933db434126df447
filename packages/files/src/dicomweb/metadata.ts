/** What a DICOMweb server says of all instances of a series: complete by definition, unlike the pages of a search. Source: PS3.18, 10.4.1.1.2. */
import { createHash } from 'node:crypto';
import { FtuError } from '@ftuseg/core';
import { checkMediaType } from './answer.js';
import { askDicomWeb, type DicomWebOptions } from './ask.js';
import { belowSeries } from './series-address.js';

/** An attribute by its tag, eight hexadecimal digits in capitals. Source: PS3.18, annex F. */
export type DicomJson = Readonly<Record<string, unknown>>;

/** Some hundred bytes for each of a hundred thousand frames. */
const MAX_BYTES = 256 << 20;
/** Milliseconds: servers read each instance to its end for it. */
const PATIENCE = 300_000;
const MAX_INSTANCES = 10_000;
const TYPES = ['application/dicom+json', 'application/json'] as const;
/** Addresses that a server may make anew for every answer. */
const ADDRESSES: ReadonlySet<string> = new Set(['BulkDataURI', '00081190']);

const isObject = (value: unknown): value is DicomJson =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * @param address of a series, see `dicomWebSeries`
 * @returns an object for each instance, at least one
 * @throws {FtuError} `not-found` for no series, `bad-input` for what is no DICOM JSON, `io`, `cancelled`
 * @example
 * const instances = await seriesMetadata('https://pacs.example.org/dicom-web/studies/1.2.3/series/1.2.4');
 */
export async function seriesMetadata(address: string, options: DicomWebOptions = {}): Promise<readonly DicomJson[]> {
  const place = belowSeries(address, 'metadata');
  const request = { timeout: PATIENCE, ...options, accept: TYPES[0], maxBytes: MAX_BYTES };
  const { contentType, data } = await askDicomWeb(place, request);
  checkMediaType(contentType, TYPES, place);
  const found = parsed(data);
  const isSound = Array.isArray(found) && found.length <= MAX_INSTANCES && found.every(isObject);
  if (!isSound) {
    const hint = 'check the address, and that it is one of DICOMweb';
    throw new FtuError('bad-input', 'its metadata are no DICOM JSON', { subject: place, hint });
  }
  if (found.length === 0) throw new FtuError('not-found', 'the series has no instances', { subject: place });
  return found;
}

function parsed(data: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(data));
  } catch {
    return undefined;
  }
}

/** A mark of a series, which differs where an instance was added, taken away or changed. */
export async function seriesMark(address: string): Promise<string> {
  const instances = await seriesMetadata(address);
  const texts = instances.map((instance) =>
    JSON.stringify(instance, (key, value: unknown) => (ADDRESSES.has(key) ? undefined : value)),
  );
  const mark = createHash('sha256');
  for (const text of texts.sort()) mark.update(`${text}\n`);
  return mark.digest('hex');
}
