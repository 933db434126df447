/** Where a network can run, by the names that people know; ONNX Runtime has shorter ones. */
import { onnxRuntime } from './onnx-runtime.node.js';

export const devices = ['cpu', 'cuda', 'webgpu', 'directml', 'coreml', 'auto'] as const;

/** `auto` is the first accelerator that works, else the processor. */
export type Device = (typeof devices)[number];

type Accelerator = Exclude<Device, 'cpu' | 'auto'>;

/** In the order in which `auto` tries them. */
const accelerators: readonly Accelerator[] = ['cuda', 'directml', 'coreml', 'webgpu'];

/** ONNX Runtime's name of a device. */
export const providerOf = (device: Accelerator): string => (device === 'directml' ? 'dml' : device);

/** Accelerators that this build of ONNX Runtime knows; whether they work shows when a network is opened. */
export function acceleratorsHere(): Accelerator[] {
  const known = new Set<string>(
    onnxRuntime()
      .listSupportedBackends()
      .map(({ name }) => name),
  );
  return accelerators.filter((device) => known.has(providerOf(device)));
}
