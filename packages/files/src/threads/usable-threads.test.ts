import { describe, expect, it } from 'vitest';
import { usableThreads } from './usable-threads.js';

const filesOf = (files: Readonly<Record<string, string>>) => (path: string) => files[path];
const none = filesOf({});

describe('usableThreads', () => {
  it('is at most what the processors, Slurm and OpenMP say', () => {
    expect(usableThreads({ env: {}, processors: 8, read: none })).toBe(8);
    expect(usableThreads({ env: { SLURM_CPUS_PER_TASK: '3' }, processors: 8, read: none })).toBe(3);
    expect(usableThreads({ env: { SLURM_CPUS_PER_TASK: '16' }, processors: 8, read: none })).toBe(8);
    expect(
      usableThreads({ env: { OMP_NUM_THREADS: '2,1', SLURM_CPUS_PER_TASK: '3' }, processors: 8, read: none }),
    ).toBe(2);
    for (const wrong of ['', '0', 'many', '-2']) {
      expect(usableThreads({ env: { OMP_NUM_THREADS: wrong }, processors: 8, read: none })).toBe(8);
    }
  });

  it('respects the quota of a container (cgroup version 2) and of the groups around it', () => {
    const within = (files: Readonly<Record<string, string>>): number =>
      usableThreads({ env: {}, processors: 8, read: filesOf({ '/proc/self/cgroup': '0::/jobs/one\n', ...files }) });
    expect(within({ '/sys/fs/cgroup/jobs/one/cpu.max': '150000 100000\n' })).toBe(2);
    expect(within({ '/sys/fs/cgroup/jobs/one/cpu.max': 'max 100000\n' })).toBe(8);
    expect(
      within({
        '/sys/fs/cgroup/jobs/one/cpu.max': 'max 100000\n',
        '/sys/fs/cgroup/jobs/cpu.max': '300000 100000\n',
      }),
    ).toBe(3);
    expect(within({ '/sys/fs/cgroup/cpu.max': '40000 100000\n' })).toBe(1);
  });

  it('respects the quota of version 1, by whatever name it is mounted', () => {
    const groups = '11:memory:/other\n4:cpu,cpuacct:/slurm/job_7\n0::/\n';
    for (const mount of ['cpu,cpuacct', 'cpu']) {
      const files = {
        '/proc/self/cgroup': groups,
        [`/sys/fs/cgroup/${mount}/slurm/job_7/cpu.cfs_quota_us`]: '400000\n',
        [`/sys/fs/cgroup/${mount}/slurm/job_7/cpu.cfs_period_us`]: '100000\n',
      };
      expect(usableThreads({ env: {}, processors: 8, read: filesOf(files) })).toBe(4);
    }
    const unlimited = {
      '/proc/self/cgroup': groups,
      '/sys/fs/cgroup/cpu/slurm/job_7/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/slurm/job_7/cpu.cfs_period_us': '100000\n',
    };
    expect(usableThreads({ env: {}, processors: 8, read: filesOf(unlimited) })).toBe(8);
  });
});
