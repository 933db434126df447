/** Whether this processor multiplies bytes faster than floats, by what the system says of it. */
import { readFile } from 'node:fs/promises';

/**
 * `dot-products`: four products of bytes are added in 32 bits by one instruction (VNNI, AMX, the dot products of ARM), at several times the speed of floats.
 * `pairs`: two are added in 16 bits (AVX2, AVX-512 without VNNI), which saturates with weights of 8 bits. `unknown`: the system does not say.
 */
export type Int8Unit = 'dot-products' | 'pairs' | 'unknown';

/** Flags of x86, and features of ARM, as Linux names them. */
const DOT_PRODUCTS = ['avx512_vnni', 'avx_vnni', 'avx_vnni_int8', 'amx_int8', 'asimddp', 'i8mm'];

/**
 * @param cpuinfo text of Linux' /proc/cpuinfo; undefined elsewhere
 * @example
 * int8UnitOf({ platform: 'linux', arch: 'x64', cpuinfo: 'flags : avx2 avx512_vnni' }); // 'dot-products'
 */
export function int8UnitOf(machine: {
  readonly platform: string;
  readonly arch: string;
  readonly cpuinfo: string | undefined;
}): Int8Unit {
  const { platform, arch, cpuinfo } = machine;
  // Every processor of Apple's own has them.
  if (platform === 'darwin' && arch === 'arm64') return 'dot-products';
  const flags = new Set(/^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo ?? '')?.[1]?.split(/\s+/));
  if (DOT_PRODUCTS.some((flag) => flags.has(flag))) return 'dot-products';
  return flags.has('avx2') ? 'pairs' : 'unknown';
}

/** Of the machine that this runs on. */
export async function int8UnitHere(): Promise<Int8Unit> {
  const { platform, arch } = process;
  const cpuinfo = platform === 'linux' ? await readFile('/proc/cpuinfo', 'utf8').catch(() => undefined) : undefined;
  return int8UnitOf({ platform, arch, cpuinfo });
}
