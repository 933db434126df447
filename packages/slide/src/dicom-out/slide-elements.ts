/**
 * What a level says of itself. Nothing about the patient is known here, so those values are there and empty, as the standard asks.
 * Source: PS3.3, A.32.8 (VL Whole Slide Microscopy Image IOD); PS3.16 for codes.
 */
import type { PixelSize } from '@ftuseg/core';
import type { FrameCoding } from './coded-frames.js';
import type { Element } from './elements.js';

/** What all levels of a slide share. */
export interface SeriesFacts {
  readonly study: string;
  readonly series: string;
  readonly frameOfReference: string;
  readonly pyramid: string;
  readonly dimensions: string;
  readonly specimen: string;
  /** Of the slide: what its file is called. */
  readonly container: string;
  /** `YYYYMMDD` and `HHMMSS`. */
  readonly date: string;
  readonly time: string;
  readonly objectivePower: number | undefined;
  /** Of the colours, where there are any. */
  readonly profile: Uint8Array;
  /** What the profile is called, where it is a known one. */
  readonly colourSpace: 'SRGB' | undefined;
}

export interface LevelFacts {
  readonly number: number;
  readonly uid: string;
  readonly width: number;
  readonly height: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly frames: number;
  readonly coding: FrameCoding;
  /** Micrometres per pixel of this level. */
  readonly microns: PixelSize;
  /** Bytes without compression per byte with it. */
  readonly ratio: number;
  /** Its pixels are averages of those of a larger level. */
  readonly isResampled: boolean;
}

export const WHOLE_SLIDE = '1.2.840.10008.5.1.4.1.1.77.1.6';

const code = (value: string, scheme: string, meaning: string): readonly Element[] => [
  [0x00080100, 'SH', value],
  [0x00080102, 'SH', scheme],
  [0x00080104, 'LO', meaning],
];

/** At most 16 letters, as DS has it. */
const decimal = (value: number): string => value.toPrecision(9).slice(0, 16);

export function slideElements(series: SeriesFacts, level: LevelFacts): Element[] {
  const { microns, width, height } = level;
  const { photometric, method } = level.coding;
  const isColour = photometric !== 'MONOCHROME2';
  const spacing = `${decimal(microns.y / 1000)}\\${decimal(microns.x / 1000)}`;
  return [
    [0x00080005, 'CS', 'ISO_IR 100'],
    [0x00080008, 'CS', `DERIVED\\PRIMARY\\VOLUME\\${level.isResampled ? 'RESAMPLED' : 'NONE'}`],
    [0x00080016, 'UI', WHOLE_SLIDE],
    [0x00080018, 'UI', level.uid],
    [0x00080019, 'UI', series.pyramid],
    [0x00080020, 'DA', ''],
    [0x00080023, 'DA', series.date],
    [0x0008002a, 'DT', `${series.date}${series.time}`],
    [0x00080030, 'TM', ''],
    [0x00080033, 'TM', series.time],
    [0x00080050, 'SH', ''],
    [0x00080060, 'CS', 'SM'],
    [0x00080070, 'LO', 'ftuseg'],
    [0x00080090, 'PN', ''],
    [0x00081090, 'LO', 'ftuseg'],
    [0x00089206, 'CS', 'VOLUME'],
    [0x00100010, 'PN', ''],
    [0x00100020, 'LO', ''],
    [0x00100030, 'DA', ''],
    [0x00100040, 'CS', ''],
    [0x00181000, 'LO', 'unknown'],
    [0x00181020, 'LO', 'ftuseg'],
    [0x0020000d, 'UI', series.study],
    [0x0020000e, 'UI', series.series],
    [0x00200010, 'SH', ''],
    [0x00200011, 'IS', '1'],
    [0x00200013, 'IS', String(level.number + 1)],
    [0x00200020, 'CS', ''],
    [0x00200052, 'UI', series.frameOfReference],
    [0x00201040, 'LO', 'SLIDE_CORNER'],
    [0x00209221, 'SQ', [[[0x00209164, 'UI', series.dimensions]]]],
    [0x00209222, 'SQ', [0x0048021f, 0x0048021e].map((pointer) => dimension(series.dimensions, pointer))],
    [0x00209311, 'CS', 'TILED_FULL'],
    [0x00280002, 'US', [isColour ? 3 : 1]],
    [0x00280004, 'CS', photometric],
    ...(isColour ? ([[0x00280006, 'US', [0]]] as const) : ([[0x20500020, 'CS', 'IDENTITY']] as const)),
    [0x00280008, 'IS', String(level.frames)],
    [0x00280010, 'US', [level.tileHeight]],
    [0x00280011, 'US', [level.tileWidth]],
    [0x00280100, 'US', [8]],
    [0x00280101, 'US', [8]],
    [0x00280102, 'US', [7]],
    [0x00280103, 'US', [0]],
    [0x00280301, 'CS', 'NO'],
    [0x00282110, 'CS', '01'],
    // Of one length whatever the ratio, which is known only in the end.
    [0x00282112, 'DS', level.ratio.toFixed(3).slice(0, 16).padEnd(16)],
    [0x00282114, 'CS', method],
    [0x00400512, 'LO', series.container],
    [0x00400513, 'SQ', []],
    [0x00400518, 'SQ', [code('433466003', 'SCT', 'Microscope slide')]],
    [0x00400555, 'SQ', []],
    [0x00400560, 'SQ', [specimen(series)]],
    [0x00480001, 'FL', [(width * microns.x) / 1000]],
    [0x00480002, 'FL', [(height * microns.y) / 1000]],
    [0x00480003, 'FL', [1]],
    [0x00480006, 'UL', [width]],
    [0x00480007, 'UL', [height]],
    [
      0x00480008,
      'SQ',
      [
        [
          [0x0040072a, 'DS', '0'],
          [0x0040073a, 'DS', '0'],
        ],
      ],
    ],
    [0x00480010, 'CS', 'NO'],
    [0x00480011, 'CS', 'AUTO'],
    [0x00480012, 'CS', 'NO'],
    [0x00480102, 'DS', '0\\-1\\0\\-1\\0\\0'],
    [0x00480105, 'SQ', [opticalPath(series, isColour)]],
    [0x00480302, 'UL', [1]],
    [0x00480303, 'UL', [1]],
    [0x52009229, 'SQ', [shared(spacing, level.isResampled)]],
  ];
}

const dimension = (organization: string, pointer: number): readonly Element[] => [
  [0x00209164, 'UI', organization],
  [0x00209165, 'AT', attribute(pointer)],
  [0x00209167, 'AT', attribute(0x0048021a)],
];

/** A tag as a value: group, then element. */
function attribute(tag: number): Uint8Array {
  const group = tag >>> 16;
  return Uint8Array.of(group & 255, group >>> 8, tag & 255, (tag >>> 8) & 255);
}

const specimen = ({ container, specimen: uid }: SeriesFacts): readonly Element[] => [
  [0x00400551, 'LO', container],
  [0x00400554, 'UI', uid],
  [0x00400562, 'SQ', []],
  [0x00400610, 'SQ', []],
];

const opticalPath = ({ objectivePower, profile, colourSpace }: SeriesFacts, isColour: boolean): readonly Element[] => [
  [0x00220016, 'SQ', [code('111744', 'DCM', 'Brightfield illumination')]],
  [0x00480106, 'SH', '1'],
  [0x00480108, 'SQ', [code('414298005', 'SCT', 'Full Spectrum')]],
  ...(isColour
    ? ([
        [0x00282000, 'OB', profile],
        ...(colourSpace === undefined ? [] : ([[0x00282002, 'CS', colourSpace]] as const)),
      ] as const)
    : []),
  ...(objectivePower === undefined ? [] : ([[0x00480112, 'DS', decimal(objectivePower)]] as const)),
];

const shared = (spacing: string, isResampled: boolean): readonly Element[] => [
  [
    0x00289110,
    'SQ',
    [
      [
        [0x00180050, 'DS', '0.001'],
        [0x00280030, 'DS', spacing],
      ],
    ],
  ],
  [0x00400710, 'SQ', [[[0x00089007, 'CS', `DERIVED\\PRIMARY\\VOLUME\\${isResampled ? 'RESAMPLED' : 'NONE'}`]]]],
  [0x00480207, 'SQ', [[[0x00480106, 'SH', '1']]]],
];
