/** A DICOM slide, and the two kinds of drawn objects of it, built element by element: the same bytes every time, as a seed has to mean the same input for ever. */
import { buildDicom } from '../../../packages/slide/tests/dicom/dicom-builder.mjs';
import { buildSlide, SYNTAX } from '../../../packages/slide/tests/dicom/slide-builder.mjs';

const side = 64;

/** Its first pixel lies at 20.5, 40 mm; columns count down y, rows down x. */
export const dicomSlide = buildSlide({
  width: side,
  height: side,
  tile: [side, side],
  frameData: [new Uint8Array(3 * side * side).fill(200)],
  changes: {
    4195602: ['LO', 'glass 1'],
    4195608: ['SQ', []],
    4195680: [
      'SQ',
      [
        [
          [0x00400551, 'LO', 'block 1'],
          [0x00400554, 'UI', '1.2.3.6'],
        ],
      ],
    ],
    4718600: [
      'SQ',
      [
        [
          [0x0040072a, 'DS', '20.5'],
          [0x0040073a, 'DS', '40'],
        ],
      ],
    ],
    4718850: ['DS', '0\\-1\\0\\-1\\0\\0'],
  },
});

const [FRAME, SERIES, INSTANCE] = ['1.2.3.98', '1.2.3.100', '1.2.3.4'];
const ofSlide = [0x00081115, 'SQ', [[[0x0020000e, 'UI', SERIES]]]];
const code = (value, meaning) => [
  [0x00080100, 'SH', value],
  [0x00080102, 'SH', 'UBERON'],
  [0x00080104, 'LO', meaning],
];
const floats = (...values) => new Uint8Array(Float32Array.from(values).buffer);
const words = (...values) => new Uint8Array(Uint32Array.from(values).buffer);

const fileOf = (sopClass, elements) =>
  buildDicom({
    syntax: SYNTAX.explicit,
    sopClass,
    elements: [[0x00080016, 'UI', sopClass], ofSlide, ...elements].sort(([a], [b]) => a - b),
  });

/** A polygon and a triangle in pixels, and two ellipses. */
const annotations = fileOf('1.2.840.10008.5.1.4.1.1.91.1', [
  [0x00081140, 'SQ', [[[0x00081155, 'UI', INSTANCE]]]],
  [0x00200052, 'UI', FRAME],
  [0x00480301, 'CS', 'VOLUME'],
  [0x006a0001, 'CS', '2D'],
  [
    0x006a0002,
    'SQ',
    [
      [
        [0x006a0005, 'LO', 'Glomerulus'],
        [0x006a000a, 'SQ', [code('0000074', 'Glomerulus')]],
        [0x006a000c, 'UL', [2]],
        [0x00660016, 'OF', floats(1, 1, 40, 1, 40, 30, 1, 30, 50, 50, 60, 50, 60, 60)],
        [0x00660040, 'OL', words(1, 9)],
        [0x00700023, 'CS', 'POLYGON'],
      ].sort(([a], [b]) => a - b),
      [
        [0x006a0005, 'LO', 'Sclerotic'],
        [0x006a000c, 'UL', [2]],
        [0x00660016, 'OF', floats(10, 10, 20, 10, 15, 5, 15, 15, 40, 40, 50, 40, 45, 35, 45, 45)],
        [0x00700023, 'CS', 'ELLIPSE'],
      ].sort(([a], [b]) => a - b),
    ],
  ],
]);

const item = (type, ...elements) => [[0x0040a040, 'CS', type], ...elements].sort(([a], [b]) => a - b);
const named = (value, meaning) => [0x0040a043, 'SQ', [code(value, meaning)]];

/** A report with one group: its finding, and a region in millimetres. */
const report = fileOf('1.2.840.10008.5.1.4.1.1.88.34', [
  [0x00200052, 'UI', FRAME],
  [
    0x0040a730,
    'SQ',
    [
      item('CONTAINER', named('125007', 'Measurement Group'), [
        0x0040a730,
        'SQ',
        [
          item('CODE', named('121071', 'Finding'), [0x0040a168, 'SQ', [code('0000074', 'Glomerulus')]]),
          item(
            'SCOORD3D',
            named('111030', 'Image Region'),
            [0x00700022, 'FL', [20.49, 39.99, 0, 20.49, 39.98, 0, 20.48, 39.98, 0, 20.49, 39.99, 0]],
            [0x00700023, 'CS', 'POLYGON'],
            [0x30060024, 'UI', FRAME],
          ),
        ],
      ]),
    ],
  ],
]);

export const dicomLabels = [annotations, report];
