/** What a report says about the machine and the libraries, so that its numbers can be weighed. */
import { createRequire } from 'node:module';
import os from 'node:os';
import { runtimeInfo } from '@ftuseg/infer';
import { torchAvailable, torchInfo } from '@ftuseg/torch';
import { z } from 'zod';

/** Of ftuseg. */
export const version = (): string =>
  z.object({ version: z.string() }).parse(createRequire(import.meta.url)('../../../package.json')).version;

/** Names and values, for a table. */
export function machineFacts(): [string, string][] {
  const torch = torchAvailable() ? torchInfo() : undefined;
  return [
    ['processor', `${os.cpus()[0]?.model.trim() ?? 'unknown'}, ${os.availableParallelism()} cores`],
    ['memory', `${(os.totalmem() / 2 ** 30).toFixed(0)} GiB`],
    ['system', `${os.type()} ${os.release()}, ${os.arch()}`],
    ['Node.js', process.version],
    ['libtorch', torch === undefined ? 'not there' : `${torch.version}, ${torch.threads} threads`],
    ['ONNX Runtime', runtimeInfo().version],
    ['ftuseg', version()],
  ];
}
