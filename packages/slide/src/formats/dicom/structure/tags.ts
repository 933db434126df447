/** Attributes of DICOM that are read, as group and element in one number. Source: PS3.6, registry of data elements. */
export const Tag = {
  TransferSyntaxUid: 0x00020010,
  ImageType: 0x00080008,
  SopClassUid: 0x00080016,
  SopInstanceUid: 0x00080018,
  PyramidUid: 0x00080019,
  Modality: 0x00080060,
  CodeValue: 0x00080100,
  AvailableTransferSyntaxUid: 0x00083002,
  SeriesInstanceUid: 0x0020000e,
  FrameOfReferenceUid: 0x00200052,
  ConcatenationUid: 0x00209161,
  InConcatenationNumber: 0x00209162,
  InConcatenationTotalNumber: 0x00209163,
  ConcatenationFrameOffsetNumber: 0x00209228,
  DimensionOrganizationType: 0x00209311,
  IlluminationTypeCodeSequence: 0x00220016,
  SamplesPerPixel: 0x00280002,
  PhotometricInterpretation: 0x00280004,
  PlanarConfiguration: 0x00280006,
  NumberOfFrames: 0x00280008,
  Rows: 0x00280010,
  Columns: 0x00280011,
  PixelSpacing: 0x00280030,
  BitsAllocated: 0x00280100,
  BitsStored: 0x00280101,
  HighBit: 0x00280102,
  PixelRepresentation: 0x00280103,
  IccProfile: 0x00282000,
  PixelMeasuresSequence: 0x00289110,
  ZOffset: 0x0040074a,
  TotalColumns: 0x00480006,
  TotalRows: 0x00480007,
  SpecimenLabelInImage: 0x00480010,
  OpticalPathSequence: 0x00480105,
  OpticalPathIdentifier: 0x00480106,
  ObjectiveLensPower: 0x00480112,
  OpticalPathIdentificationSequence: 0x00480207,
  PlanePositionSlideSequence: 0x0048021a,
  ColumnPosition: 0x0048021e,
  RowPosition: 0x0048021f,
  TotalFocalPlanes: 0x00480303,
  SegmentNumber: 0x00620004,
  ReferencedSegmentNumber: 0x0062000b,
  SharedFunctionalGroups: 0x52009229,
  PerFrameFunctionalGroups: 0x52009230,
  ExtendedOffsetTable: 0x7fe00001,
  ExtendedOffsetTableLengths: 0x7fe00002,
  PixelData: 0x7fe00010,
  Item: 0xfffee000,
  ItemDelimitation: 0xfffee00d,
  SequenceDelimitation: 0xfffee0dd,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(Tag).map(([name, tag]) => [tag, name]));

/** Such as `(0028,0010) Rows`. */
export function tagName(tag: number): string {
  const hex = tag.toString(16).padStart(8, '0');
  const name = NAMES.get(tag);
  return `(${hex.slice(0, 4)},${hex.slice(4)})${name === undefined ? '' : ` ${name}`}`;
}

/** Value representations of attributes that are no text, for files that do not state them. */
export const IMPLICIT: ReadonlyMap<number, string> = new Map([
  ...[
    Tag.SamplesPerPixel,
    Tag.PlanarConfiguration,
    Tag.Rows,
    Tag.Columns,
    Tag.BitsAllocated,
    Tag.BitsStored,
    Tag.HighBit,
    Tag.PixelRepresentation,
    Tag.InConcatenationNumber,
    Tag.InConcatenationTotalNumber,
    Tag.SegmentNumber,
    Tag.ReferencedSegmentNumber,
  ].map((tag) => [tag, 'US'] as const),
  ...[Tag.TotalColumns, Tag.TotalRows, Tag.TotalFocalPlanes, Tag.ConcatenationFrameOffsetNumber].map(
    (tag) => [tag, 'UL'] as const,
  ),
  ...[Tag.ColumnPosition, Tag.RowPosition].map((tag) => [tag, 'SL'] as const),
]);
