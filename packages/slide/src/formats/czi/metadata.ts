/** What the XML of a CZI says of the whole slide: the size of a pixel, the objective, the channels. */
import { visitXml } from '../tiff/vendors/visit-xml.js';
import { type CziFile, damagedCzi, segmentAt, viewOf } from './segments.js';

export interface CziChannel {
  /** Such as `Brightfield`, `Fluorescence`; undefined where nothing is said. */
  readonly contrast: string | undefined;
  /** `Transmitted` or `Epifluorescence`. */
  readonly illumination: string | undefined;
}

export interface CziMetadata {
  /** Micrometres per pixel. */
  readonly micronsX: number | undefined;
  readonly micronsY: number | undefined;
  /** Magnification. */
  readonly objectivePower: number | undefined;
  readonly channels: readonly CziChannel[];
  /** Bits that samples use. */
  readonly bits: number | undefined;
  /** Pixels of the whole, as the XML has it. */
  readonly width: number | undefined;
  readonly height: number | undefined;
}

const FIXED_BYTES = 256;
const MAX_XML_BYTES = 64 << 20;
const MAX_CHANNELS = 4096;
const WHERE = 'the metadata';
const INFORMATION = 'ImageDocument/Metadata/Information';
const IMAGE = `${INFORMATION}/Image`;
const CHANNEL = `${IMAGE}/Dimensions/Channels/Channel`;
const DISTANCE = 'ImageDocument/Metadata/Scaling/Items/Distance';
const OBJECTIVE = `${INFORMATION}/Instrument/Objectives/Objective`;

/** @throws {SlideError} `bad-input` for metadata that are cut off or no XML; a file without any says nothing */
export async function readMetadata(file: CziFile): Promise<CziMetadata> {
  return parseMetadata(await metadataXml(file), file.source);
}

/** The XML as it stands in the file; empty where there is none. @throws {SlideError} `bad-input` for what is cut off */
export async function metadataXml({ source, metadata: position }: CziFile): Promise<string> {
  if (position === 0) return '';
  const { name: subject } = source;
  const { offset, length } = await segmentAt(source, position, ['ZISRAWMETADATA'], WHERE);
  if (length < FIXED_BYTES) throw damagedCzi(subject, `${WHERE}: ${length} bytes are too few`);
  const bytes = viewOf(await source.read(offset, 4)).getInt32(0, true);
  if (bytes < 0 || bytes > length - FIXED_BYTES)
    throw damagedCzi(subject, `${WHERE}: XML of ${bytes} bytes passes its end`);
  if (bytes > MAX_XML_BYTES) throw damagedCzi(subject, `${WHERE}: XML of ${bytes} bytes is too large`);
  // Writers may count the zero behind the text.
  return new TextDecoder()
    .decode(await source.read(offset + FIXED_BYTES, bytes))
    .replace(/\0+$/, '')
    .trim();
}

interface Draft {
  contrast?: string;
  illumination?: string;
}

function parseMetadata(xml: string, source: CziFile['source']): CziMetadata {
  const values = new Map<string, number>();
  const magnifications = new Map<string, number>();
  const channels: Draft[] = [];
  let axis = '';
  let objective = '';
  let used: string | undefined;
  const keep = (key: string, text: string): void => {
    const value = Number(text);
    if (text !== '' && value > 0 && Number.isFinite(value)) values.set(key, value);
  };
  const visitor = {
    open: (path: string, attributes: Readonly<Record<string, string>>): void => {
      if (path === DISTANCE) axis = attributes.Id ?? '';
      if (path === OBJECTIVE) objective = attributes.Id ?? '';
      if (path === `${IMAGE}/ObjectiveSettings/ObjectiveRef`) used = attributes.Id;
      if (path === CHANNEL && channels.push({}) > MAX_CHANNELS) {
        throw damagedCzi(source.name, `${WHERE}: its XML lists more than ${MAX_CHANNELS} channels`);
      }
    },
    close: (path: string, text: string): void => {
      const channel = channels.at(-1);
      if (path === `${DISTANCE}/Value` && !values.has(axis)) keep(axis, text);
      if (path === `${OBJECTIVE}/NominalMagnification` && Number(text) > 0) magnifications.set(objective, Number(text));
      if (path === `${IMAGE}/ComponentBitCount`) keep('bits', text);
      if (path === `${IMAGE}/SizeX`) keep('width', text);
      if (path === `${IMAGE}/SizeY`) keep('height', text);
      if (path === `${CHANNEL}/ContrastMethod` && channel !== undefined) channel.contrast = text;
      if (path === `${CHANNEL}/IlluminationType` && channel !== undefined) channel.illumination = text;
    },
  };
  if (xml !== '') visitXml({ source }, xml, WHERE, visitor);
  const [only, ...more] = magnifications.values();
  const micrometres = (metres: number | undefined): number | undefined =>
    metres === undefined ? undefined : metres * 1e6;
  return {
    micronsX: micrometres(values.get('X')),
    micronsY: micrometres(values.get('Y')),
    objectivePower: used === undefined ? (more.length === 0 ? only : undefined) : magnifications.get(used),
    channels: channels.map(({ contrast, illumination }) => ({ contrast, illumination })),
    bits: values.get('bits'),
    width: values.get('width'),
    height: values.get('height'),
  };
}
