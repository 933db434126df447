/** The formats of annotations that are read, and which of them a file is: told by what is in it, whatever it is called. */
import { open } from 'node:fs/promises';
import { ioError, statRegularFile } from '@ftuseg/files';
import { SlideError } from '../../slide-error.js';
import { asap } from './asap.js';
import { coco } from './coco.js';
import { dicom } from './dicom/dicom.node.js';
import type { AnnotationFormat, FileHead } from './format.js';
import { geoJson } from './geojson.js';
import { histomics } from './histomics.js';
import { imageScope } from './imagescope.js';
import { keysOf } from './json-keys.js';
import { labelme } from './labelme.js';
import { ndpa } from './ndpa.node.js';
import { headText, readBytes } from './read-text.node.js';

/** A new format is a file beside this one and a line here. */
export const annotationFormats: readonly AnnotationFormat[] = [
  geoJson,
  imageScope,
  asap,
  coco,
  labelme,
  histomics,
  ndpa,
  dicom,
];

/** Bytes of a file that are looked at. */
const HEAD_BYTES = 1 << 16;

interface Foreign {
  readonly begins: readonly number[];
  readonly problem: string;
  readonly hint: string;
}

const EXPORT = 'in QuPath: File, Export objects as GeoJSON';

/** Files that people give and that are no annotations as text. */
const foreign: readonly Foreign[] = [
  { begins: [0xac, 0xed, 0, 5], problem: "this is QuPath's .qpdata, which only QuPath reads", hint: EXPORT },
  { begins: [0x50, 0x4b, 3, 4], problem: 'this is a ZIP archive', hint: 'unpack it and give the file inside' },
  { begins: [0x1f, 0x8b], problem: 'this is a gzip archive', hint: 'unpack it and give the file inside' },
  {
    begins: [0x89, 0x50, 0x4e, 0x47],
    problem: 'this is a PNG picture, no drawn objects',
    hint: 'give label images in the column "mask"',
  },
  { begins: [0x49, 0x49], problem: 'this is a TIFF, no drawn objects', hint: 'give label images in the column "mask"' },
  { begins: [0x4d, 0x4d], problem: 'this is a TIFF, no drawn objects', hint: 'give label images in the column "mask"' },
];

const bodyOf = (bytes: Uint8Array): string => headText(bytes).trimStart();

const isJson = (bytes: Uint8Array): boolean => /^[[{]/.test(bodyOf(bytes.subarray(0, HEAD_BYTES)));

/** What tells formats apart, from the bytes of a file. */
export function headOf(bytes: Uint8Array): FileHead {
  const body = bodyOf(bytes);
  const root = body.startsWith('<')
    ? /<([A-Za-z_][\w.:-]*)/.exec(
        body.replace(/<!--[\s\S]*?-->/g, '').replace(/<!DOCTYPE[^[>]*(\[[\s\S]*?\])?[^>]*>/i, ''),
      )
    : null;
  const name = root?.[1];
  return {
    bytes,
    xmlRoot: name?.slice(name.indexOf(':') + 1),
    jsonKeys: /^[[{]/.test(body) ? keysOf(body) : new Set(),
  };
}

/** Whether the first line is a JSON object and another begins behind it. */
function isJsonLines(text: string): boolean {
  const [first = '', second = ''] = text.split('\n', 2);
  if (!first.startsWith('{') || !second.trimStart().startsWith('{')) return false;
  try {
    JSON.parse(first);
    return true;
  } catch {
    return false;
  }
}

/** @throws SlideError `unsupported` for JSON that holds the outlines of many pictures, one in each line */
function refuseLines({ bytes, jsonKeys }: FileHead, subject: string): void {
  const hint = 'write a GeoJSON of its own for each slide';
  const text = bodyOf(bytes);
  if (text.startsWith('{') && jsonKeys.has('id') && jsonKeys.has('annotations') && !jsonKeys.has('images')) {
    const problem =
      'these are polygons of tiles, one tile in each line (polygons.jsonl of HuBMAP 2023), which are not read';
    throw new SlideError('unsupported', problem, { subject, hint });
  }
  if (!isJsonLines(text)) return;
  throw new SlideError('unsupported', 'this is JSON Lines, one value in each line, which is not read', {
    subject,
    hint,
  });
}

/** Keys that an outermost object of GeoJSON has: its reader says where it stops being that. */
const isGeoJson = ({ jsonKeys }: FileHead): boolean => jsonKeys.size === 0 || jsonKeys.has('type');

/** How many keys an error lists. */
const NAMED = 8;

/**
 * @param bytes of a whole file, or its first ones
 * @param subject for error messages
 * @throws SlideError `unsupported` for a file that is known to be something else; `bad-input` for one that is none of the formats
 * @example
 * formatOf(Buffer.from('<ASAP_Annotations>'), 'a.xml').name; // 'ASAP XML'
 */
export function formatOf(bytes: Uint8Array, subject: string): AnnotationFormat {
  for (const { begins, problem, hint } of foreign) {
    if (begins.every((byte, i) => bytes[i] === byte)) throw new SlideError('unsupported', problem, { subject, hint });
  }
  const facts = headOf(bytes);
  refuseLines(facts, subject);
  const found =
    annotationFormats.find((format) => format.recognises(facts)) ??
    (isJson(bytes) && isGeoJson(facts) ? geoJson : undefined);
  if (found !== undefined) return found;
  const hint = `annotations are read from ${annotationFormats.map(({ name }) => name).join(', ')}`;
  if (facts.xmlRoot !== undefined) {
    throw new SlideError('unsupported', `this is XML of another kind: its root is <${facts.xmlRoot}>`, {
      subject,
      hint,
    });
  }
  if (!isJson(bytes)) throw new SlideError('bad-input', 'this is not JSON and not XML', { subject, hint });
  const keys = [...facts.jsonKeys].map((key) => JSON.stringify(key));
  const listed = `${keys.slice(0, NAMED).join(', ')}${keys.length > NAMED ? ', ...' : ''}`;
  throw new SlideError('unsupported', `this is JSON of another kind: its outermost keys are ${listed}`, {
    subject,
    hint,
  });
}

/**
 * The format of a file. The keys that tell it may stand behind a picture, or a list of a thousand: where the beginning does not have them, all of it is
 * looked at.
 *
 * @throws FtuError `not-found`, `io`; SlideError as `formatOf`, `unsupported` for more than 512 MiB that do not begin with what they are
 */
export async function findFormat(path: string): Promise<AnnotationFormat> {
  const head = await readStart(path);
  const facts = headOf(head);
  const told = annotationFormats.some((format) => format.recognises(facts));
  return formatOf(!told && head.length === HEAD_BYTES && isJson(head) ? await readBytes(path) : head, path);
}

async function readStart(path: string): Promise<Uint8Array> {
  const failed = (error: unknown): never => {
    throw ioError(error, path, 'be read');
  };
  await statRegularFile(path);
  const file = await open(path).catch(failed);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0).catch(failed);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
