/**
 * Names of temporary files and folders. A name says which process made it, so that a later one can tell what a killed process left from
 * what somebody is writing; it is short, because the final name may be as long as the file system allows.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** `.ftu-PLACE-PROCESS-START-RANDOM.tmp`; at most 50 bytes. */
const NAME = /^\.ftu-([0-9a-f]{8})-([0-9a-z]+)-([0-9a-z]+)-[0-9a-f]{12}\.tmp$/;

const attempt = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

/** State and start of a process by /proc, which Linux has; undefined where there is no such process, or no /proc. */
function processEntry(pid: number | 'self'): { readonly state: string; readonly start: number } | undefined {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // The program's name, in brackets, may hold blanks.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields?.[0], Number(fields?.[19])];
  return state === undefined || !Number.isSafeInteger(start) ? undefined : { state, start };
}

/**
 * Where process numbers mean the same processes: this host since it was started, and this container. Another host that shares the folder
 * has another place.
 */
function describePlace(): string {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')) ?? '';
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid')) ?? '';
  return createHash('sha256').update(`${hostname()}\0${boot}\0${namespace}`).digest('hex').slice(0, 8);
}

const place = describePlace();
let own: string | undefined;

function prefix(): string {
  own ??= `.ftu-${place}-${process.pid.toString(36)}-${(processEntry('self')?.start ?? 0).toString(36)}`;
  return own;
}

/** A name that nothing has, for something that gets its final name when it is complete. */
export const temporaryName = (): string => `${prefix()}-${randomBytes(6).toString('hex')}.tmp`;

/** Whether a process runs; a zombie does not. @param start of the process, 0 where it is not known */
function runs(pid: number, start: number): boolean {
  const entry = processEntry(pid);
  if (entry !== undefined) return !'ZXx'.includes(entry.state) && (start === 0 || entry.start === start);
  if (processEntry('self') !== undefined) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Who made something of this name: `dead` where that process has ended, `alive` where it runs, `unknown` where it belongs to another host or
 * container; undefined for a name that is not ours.
 *
 * @example
 * makerOf('slides.csv'); // undefined
 */
export function makerOf(name: string): 'alive' | 'dead' | 'unknown' | undefined {
  const [, where, pid = '', start = ''] = NAME.exec(name) ?? [];
  if (where === undefined) return undefined;
  if (where !== place) return 'unknown';
  return runs(Number.parseInt(pid, 36), Number.parseInt(start, 36)) ? 'alive' : 'dead';
}
