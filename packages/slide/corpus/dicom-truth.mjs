/**
 * Reads what pydicom has written as results of a DICOM slide (segmentations and label maps tiled in four ways, bulk annotations, reports) as truth, and holds each pixel
 * against labels that were painted in Python. Needs python3-pydicom.
 *
 *     node packages/slide/corpus/dicom-truth.mjs [COUNT]
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openTruth, parseClasses } from '../dist/index.js';

const count = Number(process.argv[2] ?? 3);
const script = fileURLToPath(new URL('dicom_truth.py', import.meta.url));
const classes = parseClasses('normal=1,normal;sclerotic=2,sclerotic');
/** Pixels on the border: millimetres of 32 bits are rounded by a hundredth of a pixel here, and ellipses are polygons of 72 corners. */
const MAX_ON_BORDER = 25;
const isRounded = (file) => /3d-single|scoord3d|kinds/.test(file);

/** Values of a `.npy` of unsigned bytes. */
const npy = (bytes) => bytes.subarray(10 + bytes.readUInt16LE(8));

/** Bit 0: the first class, bit 1: the second. */
async function labelsOf(folder, { file, column }, { width, height }) {
  const row = { id: 'a', image: join(folder, 'slide'), [column]: join(folder, file), columns: {} };
  const truth = await openTruth(row, { width, height }, classes);
  try {
    const { data } = await truth.read(0, height);
    const { member } = truth.table;
    return { found: data.map((value) => member[2 * value] | (member[2 * value + 1] << 1)), report: truth.report };
  } finally {
    await truth.close();
  }
}

let problems = 0;
const tell = (passes, sentence) => {
  problems += passes ? 0 : 1;
  console.log(`${passes ? 'ok     ' : 'PROBLEM'} ${sentence}`);
};

for (let seed = 1; seed <= count; seed++) {
  const folder = await mkdtemp(join(tmpdir(), 'ftuseg-dicom-truth-'));
  const { status, stderr } = spawnSync('/usr/bin/python3', [script, folder, String(seed)]);
  if (status !== 0) throw new Error(stderr.toString());
  const { cases, ...size } = JSON.parse(await readFile(join(folder, 'cases.json'), 'utf8'));
  for (const one of cases) {
    const name = `seed ${seed}: ${one.file}`;
    try {
      const { found, report } = await labelsOf(folder, one, size);
      if (one.refused !== null) {
        tell(false, `${name} was read, and not refused`);
        continue;
      }
      const wanted = npy(await readFile(join(folder, `${one.file}.npy`)));
      const different = found.reduce((sum, value, i) => sum + (value === wanted[i] ? 0 : 1), 0);
      const said = report === undefined ? '' : `, ${report.shapes} objects`;
      tell(
        different <= (isRounded(one.file) ? MAX_ON_BORDER : 0),
        `${name}: ${different} of ${found.length} pixels differ${said}`,
      );
    } catch (error) {
      tell(
        one.refused !== null && error.message.includes(one.refused),
        `${name}: refused: ${error.message.replaceAll(folder, '')}`,
      );
    }
  }
  await rm(folder, { recursive: true, force: true });
}
console.log(problems === 0 ? 'all agree' : `${problems} problems`);
process.exitCode = problems === 0 ? 0 : 1;
