/** Numbers as people read them: a true minus, grouped digits, times and sizes in the unit that fits. */
import { counted as countedAs } from '@ftuseg/core';

/** What stands where there is no number. */
export const NONE = '–';

/**
 * A number with exactly `digits` digits after the point; never "-0".
 * @example
 * formatNumber(-0.0312, 3); // −0.031
 */
export function formatNumber(value: number, digits: number): string {
  if (!Number.isFinite(value)) return NONE;
  return new Intl.NumberFormat('en-GB', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: 'negative',
  })
    .format(value)
    .replace('-', '−');
}

/** The ends of an interval, joined by a word, since a dash would read as a minus. */
export const formatInterval = (low: number, high: number, digits: number): string =>
  `${formatNumber(low, digits)} to ${formatNumber(high, digits)}`;

/** Rounded as it is shown: numbers that look the same count as the same. */
export const shownValue = ({ value, digits }: { readonly value: number; readonly digits: number }): number =>
  Number(value.toFixed(digits));

/**
 * @example
 * formatDuration(5400); // 1 h 30 min
 */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 89.5) return `${seconds.toFixed(0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * @example
 * formatBytes(3 * 2 ** 30); // 3.0 GiB
 */
export const formatBytes = (bytes: number): string =>
  bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(0)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** A count with its noun. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  countedAs(count, one, many, formatNumber(count, 0));
