/** The match of every Lempel-Ziv format: bytes that were written before, which may overlap those that are being written. */

/**
 * @param to where to write in `out`
 * @param back how far before that the bytes begin
 * @throws {Error} where that is before the beginning, or passes the end
 */
export function copyBack(out: Uint8Array, to: number, back: number, count: number): void {
  if (back < 1 || back > to) throw new Error(`a match begins ${back} bytes before byte ${to}`);
  if (to + count > out.length) throw new Error('a match passes the end');
  if (back >= count) out.copyWithin(to, to - back, to - back + count);
  else if (back === 1) out.fill(out[to - 1] as number, to, to + count);
  else for (let i = to; i < to + count; i++) out[i] = out[i - back] as number;
}
