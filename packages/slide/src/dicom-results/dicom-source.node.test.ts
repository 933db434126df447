import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanUp, folderOf, PICTURE, slideFile } from '../../tests/dicom/dicom-folder.js';
import { attributesOf, maskOf, PLACE, seriesOf, sourceFolder, sourceOf } from '../../tests/dicom/result-files.js';
import { type SlideFile, SYNTAX } from '../../tests/dicom/slide-builder.mjs';
import { type DataSet, itemsOf, textOf } from '../formats/dicom/structure/data-set.js';
import { readDicomSource } from './dicom-source.node.js';
import { writeSegmentation } from './segmentation/write-segmentation.node.js';

cleanUp();

const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

const PATIENT = {
  524293: ['CS', 'ISO_IR 100'],
  524368: ['SH', 'A-17'],
  1048592: ['PN', latin('M\xfcller^J\xf6rg')],
  1048608: ['LO', '4711'],
  1048624: ['DA', '19610203'],
  4195602: ['LO', 'glass 3'],
  4195680: [
    'SQ',
    [
      [
        [0x00400551, 'LO', 'block 3'],
        [0x00400554, 'UI', '1.2.3.5'],
        [0x00400600, 'LO', 'a description, which stays where it is'],
      ],
    ],
  ],
} as const;

/** Shared functional groups. */
const thin = (thickness: string) => [
  [
    0x00289110,
    'SQ',
    [
      [
        [0x00180050, 'DS', thickness],
        [0x00280030, 'DS', '0.0005\\0.0005'],
      ],
    ],
  ],
];

const WANTED = {
  524293: 'value',
  524368: 'value',
  1048592: 'value',
  1048608: 'value',
  1048624: 'value',
  1048640: 'value',
  2097165: 'value',
  2097166: 'value',
  4195602: 'value',
  4195680: { 4195665: 'value', 4195668: 'value', 4195840: 'value' },
  6422530: { 6422533: 'value', 6422543: { 524544: 'value', 524569: 'value' } },
  528661: { 2097166: 'value', 528714: { 528725: 'value' } },
} as const;

async function identityOf(changes: SlideFile['changes'], names?: string[], more: Partial<SlideFile> = {}) {
  const folder = await sourceFolder(changes, more);
  const path = join(folder, 'seg.dcm');
  const series = seriesOf(await readDicomSource(join(folder, 'a.dcm')), names);
  await writeSegmentation(path, maskOf(PICTURE.width, PICTURE.height, []), series);
  return attributesOf(path, WANTED);
}

/** Octets as texts are read in these tests. */
const utf8 = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text));

/** The names of patients, by character set. */
const inCharacterSet: Readonly<Record<string, Uint8Array>> = {
  'ISO_IR 100': Buffer.from('Müller', 'latin1'),
  'ISO 2022 IR 100': Buffer.from('Müller', 'latin1'),
  'ISO_IR 144': Uint8Array.of(0xdc, 0xeb, 0xe8, 0xec),
  'ISO_IR 13': Uint8Array.of(0xd4, 0xcf, 0xc0, 0xde),
  GB18030: Uint8Array.of(0xc9, 0xbd, 0xcc, 0xef),
};

describe('results of a DICOM slide', () => {
  it.each(['explicit', 'implicit'] as const)(
    'are of its patient, study and specimen (%s representation)',
    async (kind) => {
      const set = await identityOf(PATIENT, ['Knäuel'], { syntax: SYNTAX[kind] });
      const said = [0x00100010, 0x00100020, 0x00100030, 0x00080050, 0x0020000d, 0x00400512].map((tag) =>
        textOf(set, tag),
      );
      expect(said).toEqual([utf8('Müller^Jörg'), '4711', '19610203', 'A-17', '1.2.3.99', 'glass 3']);
      const [specimen] = itemsOf(set, 0x00400560);
      expect([0x00400551, 0x00400554, 0x00400600].map((tag) => textOf(specimen, tag))).toEqual([
        'block 3',
        '1.2.3.5',
        undefined,
      ]);
      expect(textOf(set, 0x00080005)).toBe('ISO_IR 192');
      expect(textOf(itemsOf(set, 0x00620002)[0], 0x00620005)).toBe(utf8('Knäuel'));
    },
  );

  it('are a series of their own, and name the instances of the largest level', async () => {
    const half = { positions: [0, 1, 2].map((i) => ({ column: 16 * i + 1, row: 1 })), organization: 'TILED_SPARSE' };
    const frame = new Uint8Array(16 * 12 * 3);
    const part = (number: number, uid: string) =>
      slideFile({
        ...half,
        uid,
        changes: PLACE,
        frameData: [frame, frame, frame],
        part: { number, total: 2, firstFrame: 3 * (number - 1) },
      });
    const folder = await folderOf({ 'b.dcm': part(2, '1.2.3.42'), 'a.dcm': part(1, '1.2.3.41') });
    expect((await readDicomSource(folder)).instances).toEqual(['1.2.3.41', '1.2.3.42']);
    const set = await identityOf({});
    const [series] = itemsOf(set, 0x00081115);
    expect(textOf(series, 0x0020000e)).toBe('1.2.3.100');
    expect(textOf(set, 0x0020000e)).toMatch(/^2\.25\.\d+$/);
    expect(textOf(itemsOf(series, 0x0008114a)[0], 0x00081155)).toBe('1.2.3.4');
  });

  it('state UTF-8 where ASCII alone is copied and a class needs more, else nothing', async () => {
    const set = await identityOf({ 524293: ['CS', 'ISO_IR 100'] }, ['Knäuel']);
    expect(textOf(set, 0x00080005)).toBe('ISO_IR 192');
    expect(textOf(itemsOf(set, 0x00620002)[0], 0x00620005)).toBe(utf8('Knäuel'));
    expect(textOf(await identityOf({}), 0x00080005)).toBeUndefined();
  });

  const labelsOf = (set: DataSet): (string | undefined)[][] =>
    itemsOf(set, 0x00620002).map((item) => {
      const type = itemsOf(item, 0x0062000f)[0];
      return [textOf(item, 0x00620005), textOf(type, 0x00080100) ?? textOf(type, 0x00080119)];
    });

  it.each([
    ['ISO_IR 100', 'Müller'],
    ['ISO 2022 IR 100', 'Müller'],
    ['ISO_IR 144', 'мышь'],
    ['ISO_IR 13', 'ﾔﾏﾀﾞ'],
    ['ISO_IR 192', '山田'],
    ['GB18030', '山田'],
  ])('have the letters of the slide and of the classes: %s', async (characterSet, patient) => {
    const bytes = inCharacterSet[characterSet] ?? new TextEncoder().encode(patient);
    const changes = { 524293: ['CS', characterSet], 1048592: ['PN', bytes] } as const;
    const set = await identityOf(changes, ['glomérule', 'glomèrule']);
    expect(textOf(set, 0x00080005)).toBe('ISO_IR 192');
    expect(textOf(set, 0x00100010)).toBe(utf8(patient));
    expect(labelsOf(set)).toEqual([
      [utf8('glomérule'), utf8('glomérule')],
      [utf8('glomèrule'), utf8('glomèrule')],
    ]);
  });

  it('tell classes apart whose letters the character set lacks, or whose labels are too long', async () => {
    const yamada = [0x1b, 0x24, 0x42, 0x3b, 0x33, 0x45, 0x44, 0x1b, 0x28, 0x42];
    const changes = { 524293: ['CS', '\\ISO 2022 IR 87'], 1048592: ['PN', Uint8Array.from(yamada)] } as const;
    const set = await identityOf(changes, ['glomérule', 'glomèrule', '__']);
    expect(textOf(set, 0x00100010)).toBe(String.fromCharCode(...yamada));
    expect(labelsOf(set)).toEqual([
      ['glom_rule', 'glom_rule'],
      ['glom_rule 2', 'glom_rule 2'],
      ['__', '__'],
    ]);
    const long = 'a'.repeat(64);
    expect(labelsOf(await identityOf({}, [`${long}b`, `${long}c`]))).toEqual([
      [long, `${long}b`],
      [`${long.slice(2)} 2`, `${long}c`],
    ]);
  });
});

it('a slide is as thick as it says, by either of two numbers, else as thick as those that are written here', async () => {
  const thickness = async (changes: SlideFile['changes']): Promise<number> => (await sourceOf(changes)).sliceThickness;
  expect(await thickness({})).toBe(0.01);
  expect(await thickness({ 1375769129: ['SQ', [thin('0')]], 4718595: ['FL', [4]] })).toBe(0.004);
  expect(await thickness({ 1375769129: ['SQ', [thin('0')]] })).toBe(0.001);
});

describe('a slide that no results can refer to', () => {
  it.each([
    [{ 2097234: null }, {}, /the frame of reference \(FrameOfReferenceUID\) is missing/],
    [{ 2097165: null }, {}, /the study \(StudyInstanceUID\) is missing/],
    [{ 1375769129: null }, {}, /PixelSpacing is missing.*--microns-per-pixel/],
    [{}, { spacing: '0\\0.0005' }, /PixelSpacing is missing/],
    [{ 4718600: null }, {}, /TotalPixelMatrixOriginSequence\) is missing/],
    [{ 4718850: null }, {}, /ImageOrientationSlide\) is missing/],
    [{ 4718850: ['DS', '0\\-0.8\\0.6\\-1\\0\\0'] }, {}, /it does not lie flat on the glass/],
    [{}, { paths: [{ id: '1' }, { id: '2' }] }, /the slide has 2 optical paths/],
    [{ 524310: ['UI', '1.2.840.10008.5.1.4.1.1.66.4'] }, {}, /no whole slide, but of another kind: segmentation/],
  ] as const)('is refused (%#)', async (changes, more, sentence) => {
    await expect(sourceOf(changes, more)).rejects.toThrow(sentence);
  });
});
