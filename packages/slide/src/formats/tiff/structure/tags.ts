/** The TIFF tags that describe pictures, by the names of the specification. */
export const Tag = {
  NewSubfileType: 254,
  SubfileType: 255,
  ImageWidth: 256,
  ImageLength: 257,
  BitsPerSample: 258,
  Compression: 259,
  PhotometricInterpretation: 262,
  FillOrder: 266,
  DocumentName: 269,
  ImageDescription: 270,
  Make: 271,
  Model: 272,
  StripOffsets: 273,
  Orientation: 274,
  SamplesPerPixel: 277,
  RowsPerStrip: 278,
  StripByteCounts: 279,
  MaxSampleValue: 281,
  XResolution: 282,
  YResolution: 283,
  PlanarConfiguration: 284,
  XPosition: 286,
  YPosition: 287,
  ResolutionUnit: 296,
  Software: 305,
  DateTime: 306,
  Artist: 315,
  HostComputer: 316,
  Predictor: 317,
  ColorMap: 320,
  TileWidth: 322,
  TileLength: 323,
  TileOffsets: 324,
  TileByteCounts: 325,
  SubIFDs: 330,
  InkSet: 332,
  ExtraSamples: 338,
  SampleFormat: 339,
  SMaxSampleValue: 341,
  JPEGTables: 347,
  YCbCrCoefficients: 529,
  YCbCrSubSampling: 530,
  ReferenceBlackWhite: 532,
  XmlPacket: 700,
  Copyright: 33432,
  IccProfile: 34675,
} as const;

const names = new Map<number, string>(Object.entries(Tag).map(([name, tag]) => [tag, name]));

/** `TileOffsets (324)`, or the bare number of a tag that is not known here. */
export function tagName(tag: number): string {
  const name = names.get(tag);
  return name === undefined ? String(tag) : `${name} (${tag})`;
}
