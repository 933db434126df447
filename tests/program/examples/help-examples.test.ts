/**
 * Every example of every command's help runs as it stands, but for sizes that take minutes, in a folder that has what it names. What `--json`
 * prints has the keys that the help names, and no others.
 */
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { torchAvailable } from '@ftuseg/torch';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadCommands } from '../../../packages/cli/src/commands/registry.js';
import { ftu } from '../../../packages/cli/tests/run.js';
import { long } from '../../long.js';
import { makeInputs } from './make-inputs.js';

/** Sizes of slides. */
const SMALLER: readonly (readonly [RegExp, string])[] = [
  [/--width \d+/, '--width 192'],
  [/--height \d+/, '--height 192'],
  [/--folds 0,2/, '--folds 0'],
  [/--count 8/, '--count 2'],
];

/** Laid behind examples that begin so: no network, no upload, and seconds instead of hours. */
const SHORTER: readonly (readonly [start: string, options: string])[] = [
  [
    'ftu train --data data --out',
    '--folds 0 --encoder-weights none --epochs 1 --samples-per-epoch 2 --batch-size 2 --workers 0',
  ],
  // A network that has learnt nothing is sure of nothing: at a threshold of 0.5 rounding changes many labels, which ends with exit code 3.
  ['ftu export --weights run/checkpoint.safetensors --precision int8', '--threshold 0.99 --calibration-tiles 2'],
  ['ftu publish', '--dry-run'],
  ['ftu publish --code', '--node none'],
];

const UNITS = 'needs the units before it; tests/program/units.test.ts does these';
const SLURM = 'needs Slurm, or a run that units have begun; tests/program/slurm.test.ts does these';
const REDIS = 'needs a Redis; `make cluster-test-redis` has one';
const SERVES = 'serves until it is stopped; packages/cli/tests/studio.test.ts opens all of these';

const DICOM = 'predictions of DICOM slides; packages/infer/src/results/write-dicom.node.test.ts writes these';

const SKIPPED: Readonly<Record<string, string>> = {
  'ftu synth --layout hubmap --out kaggle': 'slides of the size of the competition; tests/hubmap.test.ts makes them',
  'ftu synth --layout starter --out starter-slides':
    'two minutes; packages/synth/src/starter-slides.test.ts makes small ones',
  'ftu demo': 'ten minutes of training; `make demo` runs it',
  'ftu demo --data kidney-roi --encoder-weights lite0.npz': 'half an hour of training; `make demo DATA=FOLDER` runs it',
  'ftu info https://pacs.example.org/dicom-web/studies/1.2.3/series/1.2.4':
    'needs a server; the tests of slide/formats/dicom/web have one',
  'ftu unit runs/small stage-1/fold/2 --walltime 7:50:00': UNITS,
  'ftu unit runs/small --clean': UNITS,
  'ftu dicom predictions archive': DICOM,
  'ftu dicom predictions archive --outputs dicom-seg,dicom-sr': DICOM,
  'ftu dicom predictions archive --slides moved.csv': DICOM,
  'ftu run recipes/small.yaml --root . --on slurm --sbatch "-p gpu --gres=gpu:1 -t 8:00:00" --threads 8': SLURM,
  'ftu run recipes/small.yaml --root . --on redis://lab:6379 --threads 4': REDIS,
  'ftu worker --queue redis://lab:6379': REDIS,
  'ftu worker --queue redis://lab:6379 --root /mnt/slides --slots 2': REDIS,
  'ftu predict --model model.onnx --slides slides.csv --out predictions --on slurm --sbatch "-p cpu -c 4 -t 8:00:00" --threads 4':
    SLURM,
  'ftu status runs/small': SLURM,
  'ftu status runs/small --json': SLURM,
  'ftu cancel runs/small': SLURM,
  'ftu studio slides.csv --predictions predictions': SERVES,
  'ftu studio predictions': SERVES,
  'ftu studio scan.svs': SERVES,
  'ftu studio demo': SERVES,
  'ftu studio slides.csv --host 0.0.0.0 --port 8000 --token-file token': SERVES,
};

/** Examples that `make test-all` runs; others nearly like them are in the everyday tests, here or of their commands. */
const LONG = [
  'ftu calibrate --model run/model.onnx',
  'ftu predict --slides slides.csv --out predictions',
  'ftu tune --model run/model.onnx',
  'ftu publish --code',
  'ftu train --data data --out run --processes 2',
  'ftu train --data data --out run --encoder resnet18',
  'ftu train --data data --out run --encoder timm-efficientnet-b0',
  'ftu predict --model unet.onnx=2',
];

/** Words of a command line, some of them in single quotes. */
const wordsOf = (line: string): string[] =>
  Array.from(line.matchAll(/'([^']*)'|\S+/g), ([word, quoted]) => quoted ?? word);

/** What an example writes: these names must not be there before. */
function outputsOf(words: readonly string[]): string[] {
  const named = words.filter((_, i) => ['--out', '--preview', '--thumbnail', '--csv'].includes(words[i - 1] ?? ''));
  const last = words.at(-1) ?? '';
  const writesLast = words[0] === 'export' || (words[0] === 'synth' && last.endsWith('.tif'));
  if (words[0] === 'convert') return [words[2] ?? ''];
  return writesLast ? [...named, last] : named;
}

const commands = await loadCommands();
const examples = commands.flatMap(({ definition }) => definition.examples);
/** Keys of the JSON document by command; undefined for a command without one. */
const keysOf = new Map(
  commands.map(({ definition }) => [definition.name, definition.result && Object.keys(definition.result)]),
);

/** Of a document, or of each object of a list. */
function keysIn(text: string): string[] {
  const document: unknown = JSON.parse(text);
  const objects = Array.isArray(document) ? document : [document];
  return [...new Set(objects.flatMap((one) => Object.keys(one)))];
}

describe.skipIf(!torchAvailable())('examples of the help (training needs libtorch: make libtorch)', () => {
  const home = process.cwd();
  let folder: string;
  let inputs: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ftu-examples-'));
    inputs = join(folder, 'inputs');
    await mkdir(inputs);
    process.chdir(inputs);
    await makeInputs();
    process.chdir(home);
  }, 120_000);

  afterEach(() => process.chdir(home));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are those of all commands, and nothing is skipped that is not there', () => {
    expect(commands.length).toBeGreaterThan(15);
    expect(Object.keys(SKIPPED).filter((line) => !examples.includes(line))).toEqual([]);
  });

  const isLong = (line: string): boolean => LONG.some((start) => line.startsWith(start));

  it('names only long examples that there are', () => {
    for (const start of LONG)
      expect(
        examples.some((line) => line.startsWith(start)),
        start,
      ).toBe(true);
  });

  it.for(examples.filter((line) => SKIPPED[line] === undefined))('%s', async (line, { skip }) => {
    skip(isLong(line) && !long, 'make test-all');
    const small = SMALLER.reduce((text, [size, smaller]) => text.replace(size, smaller), line);
    const more = SHORTER.flatMap(([start, options]) => (line.startsWith(start) ? wordsOf(options) : []));
    const [, ...words] = wordsOf(small);
    const own = await mkdtemp(join(folder, 'example-'));
    const written = new Set(outputsOf(words));
    for (const name of await readdir(inputs)) {
      if (!written.has(name)) await symlink(join(inputs, name), join(own, name));
    }
    process.chdir(own);
    // Options that an example has itself are not given twice.
    const added = more.filter((word, i) => !words.includes(word.startsWith('--') ? word : (more[i - 1] ?? '')));
    const keys = keysOf.get(words[0] ?? '');
    const json = keys === undefined || words.includes('--json') ? [] : ['--json'];
    const { code, stdout, stderr } = await ftu(...words, ...added, ...json);
    expect(stderr).not.toMatch(/^ftu:|"error"/m);
    expect(code).toBe(0);
    if (keys !== undefined) expect(keys).toEqual(expect.arrayContaining(keysIn(stdout)));
  });
});
