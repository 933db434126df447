/** What `scripts/gpu-check` is asked for, and how each program of ftuseg names the device. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const USAGE = `Usage: scripts/gpu-check [--device cuda] [--images 32] [--batch-size 8] [--out gpu-check] [--no-build]

Build ftuseg, train, predict, compare with the processor, and print a table; see docs/gpu.md.

  --device DEVICE  cuda, cuda:1 (the second card), mps, or cpu to try the script without a card (default: cuda)
  --images N       windows of the trainings that are compared (default: 32)
  --batch-size N   windows per step (default: 8)
  --out DIR        folder for report.md (default: gpu-check)
  --no-build       take ftuseg as it is built

LIBTORCH=FOLDER in the environment builds with that libtorch; PYTHON=FILE names the Python whose PyTorch is compared with.`;

const given = {
  device: { type: 'string', default: 'cuda' },
  images: { type: 'string', default: '32' },
  'batch-size': { type: 'string', default: '8' },
  out: { type: 'string', default: 'gpu-check' },
  'no-build': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
};

const MAX_IMAGES = 100_000;
const isCount = (text, max) => /^[1-9]\d*$/.test(text) && Number(text) <= max;

function problemOf(values) {
  const { device, images, 'batch-size': batchSize, out } = values;
  if (!/^(cpu|mps|cuda(:\d+)?)$/.test(device)) return `there is no device "${device}": use cuda, cuda:1, mps or cpu`;
  if (!isCount(images, MAX_IMAGES)) return `--images is a whole number from 1 to ${MAX_IMAGES}, not "${images}"`;
  if (!isCount(batchSize, Number(images))) {
    return `--batch-size is a whole number from 1 to --images (${images}), not "${batchSize}"`;
  }
  return out === '' ? '--out is the name of a folder, not empty' : undefined;
}

/**
 * Reads the options.
 * @param args of the command line, without the program
 * @returns the options, or `text` to print and the exit `code` to end with: help, or what is wrong in a sentence
 */
export function readOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: given }));
  } catch (error) {
    return { code: 2, text: `${error.message.split('. ')[0]}; --help lists the options` };
  }
  if (values.help) return { code: 0, text: USAGE };
  const problem = problemOf(values);
  if (problem !== undefined) return { code: 2, text: problem };
  const [images, batchSize] = [values.images, values['batch-size']].map(Number);
  return {
    device: values.device,
    batchSize,
    steps: Math.floor(images / batchSize),
    out: resolve(values.out),
    build: !values['no-build'],
  };
}

/**
 * Finds how the programs name a device. A numbered card becomes the only one that they see, because prediction has no numbers.
 * @returns `kind` (cpu, cuda, mps), `trainOn`, `predictOn`, `environment` for the programs, and of CUDA the card's `id` for nvidia-smi;
 * `problem` where the environment hides the card
 */
export function chooseDevice(device, environment) {
  const [kind, number = '0'] = device.split(':');
  if (kind === 'cpu') return { kind, trainOn: 'cpu', predictOn: 'cpu', environment: {} };
  if (kind === 'mps') return { kind, trainOn: 'mps', predictOn: 'coreml', environment: {} };
  const visible = environment.CUDA_VISIBLE_DEVICES?.split(',');
  const id = visible === undefined ? number : visible[Number(number)]?.trim();
  if (id === undefined) {
    return { problem: `CUDA_VISIBLE_DEVICES=${visible.join()} has no card ${number}: cards are counted from 0` };
  }
  // So that numbers are those of nvidia-smi.
  const CUDA_DEVICE_ORDER = environment.CUDA_DEVICE_ORDER ?? 'PCI_BUS_ID';
  return {
    kind,
    trainOn: 'cuda',
    predictOn: 'cuda',
    id,
    environment: { CUDA_VISIBLE_DEVICES: id, CUDA_DEVICE_ORDER },
  };
}
