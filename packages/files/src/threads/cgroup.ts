/** The share of processors that Linux' control groups leave a process, of version 1 and 2. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The text of a file; undefined where there is none. */
export type ReadText = (path: string) => string | undefined;

export const readText: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const MOUNT = '/sys/fs/cgroup';

/** A group and those around it, of which each may limit; a container may show its own group as the root of the mount. */
function groupsAround(path: string): string[] {
  const groups = [path];
  for (let group = path; group !== '/' && group !== '.'; group = dirname(group)) groups.push(dirname(group));
  return groups;
}

/** `200000 100000`, or `max 100000`: microseconds in a period, and its length. */
function quotaOf2(text: string | undefined): number | undefined {
  const [, quota, period] = /^(\d+) (\d+)\s*$/.exec(text ?? '') ?? [];
  return quota === undefined || Number(period) === 0 ? undefined : Number(quota) / Number(period);
}

/** -1 is no quota. */
function quotaOf1(folder: string, read: ReadText): number | undefined {
  const [quota, period] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) =>
    Number(read(join(folder, name)) ?? -1),
  );
  return quota === undefined || period === undefined || !(quota > 0) || !(period > 0) ? undefined : quota / period;
}

/**
 * Processors, such as 1.5, that the quota of this process and of the groups around it allow.
 * @returns undefined where there is no quota
 */
export function cgroupQuota(read: ReadText = readText): number | undefined {
  const quotas = (read('/proc/self/cgroup') ?? '').split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) return [];
    if (controllers === '') return groupsAround(path).map((group) => quotaOf2(read(join(MOUNT, group, 'cpu.max'))));
    if (!controllers.split(',').includes('cpu')) return [];
    // Distributions mount it by all its names, by `cpu`, or link one to the other.
    return [controllers, 'cpu'].flatMap((name) =>
      groupsAround(path).map((group) => quotaOf1(join(MOUNT, name, group), read)),
    );
  });
  const known = quotas.flatMap((quota) => quota ?? []);
  return known.length === 0 ? undefined : Math.min(...known);
}
