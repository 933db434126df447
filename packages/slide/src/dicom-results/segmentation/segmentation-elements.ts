/** What a segmentation says of itself and of its frames. Source: PS3.3, A.51 (Segmentation IOD), C.8.20, C.7.6.16 and C.7.6.17. */
import { type Element, encodeElements } from '../../dicom-out/elements.js';
import { WHOLE_SLIDE } from '../../dicom-out/slide-elements.js';
import { newUid } from '../../dicom-out/uid.js';
import { concept } from '../concepts.js';
import {
  algorithmItem,
  cieLab,
  coded,
  decimal,
  placeElements,
  type ResultClass,
  type ResultInstance,
  referencedSeries,
  resultElements,
} from '../result-elements.js';
import { pixelCentre } from '../slide-place.js';
import { type SegmentTile, TILE } from './segment-tiles.js';

const POINTERS = [
  [0x0062000b, 0x0062000a],
  [0x0048021e, 0x0048021a],
  [0x0048021f, 0x0048021a],
] as const;

/** A tag as a value: group, then element. */
const attribute = (tag: number): Uint8Array =>
  Uint8Array.of((tag >>> 16) & 255, tag >>> 24, tag & 255, (tag >>> 8) & 255);

/** Everything before the frames' own groups. @param frames how many */
export function segmentationElements(instance: ResultInstance, frames: number): Element[] {
  const { source, classes } = instance;
  const { width, height, origin, orientation } = source.place;
  const organization = newUid();
  return [
    ...resultElements(instance, { modality: 'SEG', number: 701, description: 'Segmentation' }),
    ...placeElements(instance),
    [0x00080008, 'CS', 'DERIVED\\PRIMARY'],
    referencedSeries(instance),
    [0x00200020, 'CS', ''],
    [0x00209221, 'SQ', [[[0x00209164, 'UI', organization]]]],
    [
      0x00209222,
      'SQ',
      POINTERS.map(([pointer, group]): readonly Element[] => [
        [0x00209164, 'UI', organization],
        [0x00209165, 'AT', attribute(pointer)],
        [0x00209167, 'AT', attribute(group)],
      ]),
    ],
    [0x00209311, 'CS', 'TILED_SPARSE'],
    [0x00280002, 'US', [1]],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280008, 'IS', String(frames)],
    [0x00280010, 'US', [TILE]],
    [0x00280011, 'US', [TILE]],
    [0x00280100, 'US', [1]],
    [0x00280101, 'US', [1]],
    [0x00280102, 'US', [0]],
    [0x00280103, 'US', [0]],
    [0x00282110, 'CS', source.isLossy ? '01' : '00'],
    [0x00480006, 'UL', [width]],
    [0x00480007, 'UL', [height]],
    [
      0x00480008,
      'SQ',
      [
        [
          [0x0040072a, 'DS', decimal(origin.x)],
          [0x0040073a, 'DS', decimal(origin.y)],
        ],
      ],
    ],
    [0x00480102, 'DS', orientation.map(decimal).join('\\')],
    [0x00480303, 'UL', [1]],
    [0x00620001, 'CS', 'BINARY'],
    [0x00620002, 'SQ', classes.map((one, i) => segmentItem(instance, one, i + 1))],
    [0x00620013, 'CS', 'NO'],
    [0x00700080, 'CS', 'SEGMENTATION'],
    [0x00700081, 'LO', 'Objects found by a segmentation network'],
    [0x00700084, 'PN', ''],
    [0x52009229, 'SQ', [sharedGroups(instance)]],
  ];
}

const segmentItem = (
  instance: ResultInstance,
  { name, category, type, modifier, colour }: ResultClass,
  number: number,
): readonly Element[] => {
  const { text, algorithm } = instance;
  const kind: Element = [
    0x0062000f,
    'SQ',
    [
      [
        ...coded(instance, type),
        ...(modifier === undefined ? [] : ([[0x00620011, 'SQ', [coded(instance, modifier)]]] as const)),
      ],
    ],
  ];
  return [
    [0x00620003, 'SQ', [coded(instance, category)]],
    [0x00620004, 'US', [number]],
    [0x00620005, 'LO', text.encode(name, 64)],
    [0x00620007, 'SQ', [algorithmItem(instance)]],
    [0x00620008, 'CS', 'AUTOMATIC'],
    [0x00620009, 'LO', text.encode(algorithm.name, 64)],
    [0x0062000d, 'US', cieLab(colour)],
    kind,
  ];
};

const sharedGroups = (instance: ResultInstance): readonly Element[] => {
  const { spacing } = instance.source.place;
  const { sliceThickness } = instance.source;
  const derivation = concept('113076', 'DCM', 'Segmentation');
  const purpose = concept('121322', 'DCM', 'Source image for image processing operation');
  return [
    [
      0x00089124,
      'SQ',
      [
        [
          [
            0x00082112,
            'SQ',
            instance.source.instances.map((uid): readonly Element[] => [
              [0x00081150, 'UI', WHOLE_SLIDE],
              [0x00081155, 'UI', uid],
              [0x0028135a, 'CS', 'YES'],
              [0x0040a170, 'SQ', [coded(instance, purpose)]],
            ]),
          ],
          [0x00089215, 'SQ', [coded(instance, derivation)]],
        ],
      ],
    ],
    [
      0x00289110,
      'SQ',
      [
        [
          [0x00180050, 'DS', decimal(sliceThickness)],
          [0x00280030, 'DS', `${decimal(spacing.y)}\\${decimal(spacing.x)}`],
        ],
      ],
    ],
  ];
};

/**
 * The functional groups of a frame.
 * @param ranks of its row and column among those that have frames, from 1
 */
export function frameGroups(
  { source }: ResultInstance,
  { segment, column, row }: SegmentTile,
  ranks: { readonly row: number; readonly column: number },
): Uint8Array {
  const [left, top] = [column * TILE, row * TILE];
  const [x, y, z] = pixelCentre(source.place, left, top);
  return encodeElements([
    [0x00209111, 'SQ', [[[0x00209157, 'UL', [segment, ranks.column, ranks.row]]]]],
    [
      0x0048021a,
      'SQ',
      [
        [
          [0x0040072a, 'DS', decimal(x)],
          [0x0040073a, 'DS', decimal(y)],
          [0x0040074a, 'DS', decimal(z)],
          [0x0048021e, 'SL', [left + 1]],
          [0x0048021f, 'SL', [top + 1]],
        ],
      ],
    ],
    [0x0062000a, 'SQ', [[[0x0062000b, 'US', [segment]]]]],
  ]);
}
