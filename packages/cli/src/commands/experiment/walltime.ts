/** How long a process may work, as batch systems write it. */
import { z } from 'zod';

const FORM = /^(?:(\d+)-)?(?:(\d+):)?(?:(\d+):)?(\d+)$/;

/**
 * Seconds of `MINUTES`, `MINUTES:SECONDS`, `HOURS:MINUTES:SECONDS` or `DAYS-HOURS:MINUTES:SECONDS`, the forms of Slurm's `--time`.
 * @returns undefined for anything else
 */
export function walltimeSeconds(text: string): number | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [days = 0, first, second, last = 0] = match
    .slice(1)
    .map((part) => (part === undefined ? undefined : Number(part)));
  if (first === undefined) return days === 0 ? last * 60 : undefined;
  if (second === undefined) return days === 0 ? first * 60 + last : undefined;
  return ((days * 24 + first) * 60 + second) * 60 + last;
}

export const walltime = z
  .string()
  .refine((text) => (walltimeSeconds(text) ?? 0) > 0, 'give minutes, MINUTES:SECONDS or HOURS:MINUTES:SECONDS')
  .optional()
  .meta({
    placeholder: 'TIME',
    description: 'stop in order after this time and end with exit code 75; minutes, M:S or H:M:S',
  });
