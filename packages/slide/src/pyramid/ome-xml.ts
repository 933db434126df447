/** What an OME-TIFF says of its picture, in its first page. Source: OME data model 2016-06 and the specification of OME-TIFF. */
import { pixelSize, type Scale } from '@ftuseg/core';

export interface OmePicture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly samples: 1 | 3;
  /** Of level 0; left out where unknown. */
  readonly micronsPerPixel: Scale | undefined;
  /** Magnification of the objective. */
  readonly objectivePower: number | undefined;
}

const NAMESPACE = 'http://www.openmicroscopy.org/Schemas/OME/2016-06';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for an attribute; control characters, which XML does not have, become blanks. */
const escaped = (text: string): string =>
  Array.from(text, (letter) => ESCAPES[letter] ?? (letter < ' ' || letter === '\u007f' ? ' ' : letter)).join('');

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');

/** One plane of 8 bits, its samples interleaved, in page 0. */
export function omeXml({ name, width, height, samples, micronsPerPixel, objectivePower }: OmePicture): string {
  const side = micronsPerPixel === undefined ? undefined : pixelSize(micronsPerPixel);
  const sizes =
    side === undefined
      ? {}
      : { PhysicalSizeX: side.x, PhysicalSizeXUnit: 'µm', PhysicalSizeY: side.y, PhysicalSizeYUnit: 'µm' };
  const pixels = {
    ID: 'Pixels:0',
    DimensionOrder: 'XYCZT',
    Type: 'uint8',
    SizeX: width,
    SizeY: height,
    SizeZ: 1,
    SizeC: samples,
    SizeT: 1,
    Interleaved: 'true',
    BigEndian: 'false',
    ...sizes,
  };
  const hasPower = objectivePower !== undefined;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<OME xmlns="${NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="${NAMESPACE} ${NAMESPACE}/ome.xsd" Creator="ftuseg">`,
    ...(hasPower
      ? [
          `<Instrument ID="Instrument:0"><Objective ID="Objective:0"${attributes({ NominalMagnification: objectivePower })}/></Instrument>`,
        ]
      : []),
    `<Image ID="Image:0"${attributes({ Name: name })}>`,
    ...(hasPower ? ['<InstrumentRef ID="Instrument:0"/><ObjectiveSettings ID="Objective:0"/>'] : []),
    `<Pixels${attributes(pixels)}>`,
    `<Channel ID="Channel:0:0" SamplesPerPixel="${samples}"/>`,
    '<TiffData IFD="0" PlaneCount="1"/>',
    '</Pixels></Image></OME>',
  ].join('');
}
