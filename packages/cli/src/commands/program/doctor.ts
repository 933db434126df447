/** `ftu doctor`: what this machine can do, and the one command that fixes each thing it cannot. */
import { statfs } from 'node:fs/promises';
import os from 'node:os';
import process from 'node:process';
import { FtuError } from '@ftuseg/core';
import { hubCache } from '@ftuseg/files';
import { type RuntimeInfo, runtimeInfo } from '@ftuseg/infer';
import { encoderNames, publishedWeights } from '@ftuseg/nn';
import { imageLibraryInfo, openSlideLibraryInfo } from '@ftuseg/slide';
import { torchAvailable, torchInfo } from '@ftuseg/torch';
import { startFile } from '@ftuseg/train';
import { z } from 'zod';
import { defineCommand } from '../../parser/command.js';
import { version } from '../../version.js';

export interface Finding {
  readonly name: string;
  readonly status: 'ok' | 'missing' | 'note';
  readonly detail: string;
  /** What to type to fix it. */
  readonly remedy?: string;
}

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

function training(): Finding {
  if (!torchAvailable()) {
    return {
      name: 'training',
      status: 'missing',
      detail: 'libtorch is not built in; everything but training works',
      remedy: 'make libtorch',
    };
  }
  const { version: torch, cuda, threads } = torchInfo();
  return {
    name: 'training',
    status: 'ok',
    detail: `libtorch ${torch}, ${cuda ? 'CUDA' : 'processor only'}, ${threads} threads`,
  };
}

/** What predicts, and on what; without ONNX Runtime only that it is missing. */
function prediction(): Finding[] {
  try {
    const info = runtimeInfo();
    return [{ name: 'prediction', status: 'ok', detail: `ONNX Runtime ${info.version}` }, acceleration(info)];
  } catch (error) {
    if (!(error instanceof FtuError)) throw error;
    const { problem, hint } = error;
    return [
      { name: 'prediction', status: 'missing', detail: problem, ...(hint === undefined ? {} : { remedy: hint }) },
    ];
  }
}

function acceleration({ backends }: RuntimeInfo): Finding {
  const others = backends.filter((backend) => backend.bundled && backend.name !== 'cpu').map((backend) => backend.name);
  if (others.includes('cuda'))
    return { name: 'accelerator', status: 'ok', detail: `ONNX Runtime has ${others.join(', ')}` };
  return {
    name: 'accelerator',
    status: 'note',
    detail: `prediction runs on the processor${others.length > 0 ? ` (bundled: ${others.join(', ')})` : ''}`,
    remedy:
      'on Linux with an NVIDIA card: ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js',
  };
}

/** ImageNet weights that a training without a network could start from. */
async function weights(): Promise<Finding> {
  const published = encoderNames().filter((encoder) => publishedWeights(encoder) !== undefined);
  const files = await Promise.all(published.map((encoder) => startFile('imagenet', encoder)));
  const there = published.filter((_, i) => files[i]?.there);
  const where = `ImageNet weights of ${there.length} of ${published.length} encoders are in ${hubCache()}`;
  if (there.length > 0) return { name: 'weights', status: 'ok', detail: `${where}: ${there.join(', ')}` };
  return {
    name: 'weights',
    status: 'note',
    detail: where,
    remedy:
      'the first `ftu train` of an encoder downloads them; without a network it says which file to bring, and where to',
  };
}

/** Which library reads slides that have no reader here. */
function foreignSlides(): Finding {
  const library = openSlideLibraryInfo();
  if ('version' in library) {
    const detail = `OpenSlide ${library.version} (${library.name}) opens Hamamatsu VMS, VMU and Sakura SVSLIDE`;
    return { name: 'other slides', status: 'ok', detail };
  }
  return {
    name: 'other slides',
    status: 'note',
    detail: `without OpenSlide, Hamamatsu VMS, VMU and Sakura SVSLIDE do not open: ${library.missing}`,
    remedy:
      'sudo apt-get install libopenslide0 (macOS: brew install openslide), or FTUSEG_OPENSLIDE=/path/to/libopenslide.so.1',
  };
}

async function findings(): Promise<Finding[]> {
  const disk = await statfs('.');
  const free = disk.bavail * disk.bsize;
  const images = imageLibraryInfo();
  return [
    { name: 'ftuseg', status: 'ok', detail: `${version} on Node.js ${process.version}, ${os.type()} ${os.arch()}` },
    {
      name: 'machine',
      status: 'ok',
      detail: `${os.availableParallelism()} cores, ${gib(os.totalmem())} memory, ${gib(os.freemem())} free`,
    },
    { name: 'disk', status: free < 2 * 2 ** 30 ? 'note' : 'ok', detail: `${gib(free)} free here` },
    {
      name: 'images',
      status: 'ok',
      detail: `sharp ${images.sharp}, libvips ${images.vips}`,
    },
    foreignSlides(),
    ...prediction(),
    training(),
    await weights(),
  ];
}

const MARKS = { ok: 'ok', missing: '--', note: '..' } as const;

const shown = ({ name, status, detail, remedy }: Finding): string =>
  `${MARKS[status]}  ${name.padEnd(12)} ${detail}${remedy === undefined ? '' : `\n    ${''.padEnd(12)} ${remedy}`}`;

export const doctor = defineCommand({
  name: 'doctor',
  schema: z.object({}),
  groups: {},
  result: {
    name: 'of what was looked at (one object of a list for each)',
    status: 'ok, missing or note',
    detail: 'what was found',
    remedy: 'what to type to fix it',
  },
  examples: ['ftu doctor', 'ftu doctor --json'],
  async run(_, context) {
    const found = await findings();
    for (const item of found) context.print(shown(item));
    return found;
  },
});
