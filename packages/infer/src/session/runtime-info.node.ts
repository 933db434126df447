/**
 * What the installed ONNX Runtime is and can use, for `ftu doctor` and for reports.
 */
import { env, listSupportedBackends } from 'onnxruntime-node';

export interface RuntimeInfo {
  /** Version of ONNX Runtime's Node package. */
  readonly version: string;
  /** Execution providers of this build; those that are not bundled need libraries from elsewhere. */
  readonly backends: readonly { readonly name: string; readonly bundled: boolean }[];
}

/**
 * @example
 * runtimeInfo().backends.some(({ name, bundled }) => name === 'webgpu' && bundled);
 */
export function runtimeInfo(): RuntimeInfo {
  return { version: env.versions.node ?? env.versions.common, backends: listSupportedBackends() };
}
