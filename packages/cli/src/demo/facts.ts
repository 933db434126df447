/** What a report says about the machine and the libraries, so that its numbers can be weighed. */
import os from 'node:os';
import { runtimeInfo } from '@ftuseg/infer';
import { torchInfo } from '@ftuseg/torch';
import { version } from '../version.js';

export function machineFacts(): [string, string][] {
  const torch = torchInfo();
  return [
    ['processor', `${os.cpus()[0]?.model.trim() ?? 'unknown'}, ${os.availableParallelism()} cores`],
    ['memory', `${(os.totalmem() / 2 ** 30).toFixed(0)} GiB`],
    ['system', `${os.type()} ${os.release()}, ${os.arch()}`],
    ['Node.js', process.version],
    ['libtorch', `${torch.version}, ${torch.threads} threads`],
    ['ONNX Runtime', runtimeInfo().version],
    ['ftuseg', version],
  ];
}
