/**
 * What the installed ONNX Runtime is and can use, for `ftu doctor` and for reports.
 */
import { onnxRuntime } from './onnx-runtime.node.js';

export interface RuntimeInfo {
  /** Version of ONNX Runtime's Node package. */
  readonly version: string;
  /** Execution providers of this build; those that are not bundled need libraries from elsewhere. */
  readonly backends: readonly { readonly name: string; readonly bundled: boolean }[];
}

/**
 * @throws {FtuError} `unavailable` when ONNX Runtime is not installed
 * @example
 * runtimeInfo().backends.some(({ name, bundled }) => name === 'webgpu' && bundled);
 */
export function runtimeInfo(): RuntimeInfo {
  const { env, listSupportedBackends } = onnxRuntime();
  return { version: env.versions.node ?? env.versions.common, backends: listSupportedBackends() };
}
