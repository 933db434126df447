/** The dry run as a table for a terminal. */
import { counted } from '@ftuseg/core';
import type { FailedEstimate, SlideEstimate } from '@ftuseg/infer';

const duration = (seconds: number): string =>
  seconds < 120
    ? `${Math.ceil(seconds)} s`
    : seconds < 7200
      ? `${Math.ceil(seconds / 60)} min`
      : `${(seconds / 3600).toFixed(1)} h`;

export function formatEstimates(estimates: readonly (SlideEstimate | FailedEstimate)[]): string {
  const width = Math.max(5, ...estimates.map(({ id }) => id.length));
  const lines = estimates.map((one) => {
    if ('problem' in one) return `${one.id.padEnd(width)}  ${one.problem}`;
    const size = `${one.width} x ${one.height}`.padStart(16);
    const memory = `${Math.ceil(one.bytes / 1e6)} MB`.padStart(9);
    return `${one.id.padEnd(width)}  ${size}  ${String(one.tiles).padStart(8)}  ${memory}  ${duration(one.seconds).padStart(8)}`;
  });
  const known = estimates.filter((one) => 'seconds' in one);
  const tiles = known.reduce((sum, one) => sum + one.tiles, 0);
  const seconds = known.reduce((sum, one) => sum + one.seconds, 0);
  const header = `${'slide'.padEnd(width)}  ${'pixels'.padStart(16)}  ${'tiles'.padStart(8)}  ${'memory'.padStart(9)}  ${'time'.padStart(8)}`;
  const total = `${counted(known.length, 'slide')}, ${counted(tiles, 'tile')} at most (background is skipped), about ${duration(seconds)}; memory is on top of the networks`;
  return [header, ...lines, total].join('\n');
}
