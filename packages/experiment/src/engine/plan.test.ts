import { describe, expect, it } from 'vitest';
import { formatPlan, type PlannedStep } from './plan.js';

const steps: readonly PlannedStep[] = [
  { name: 'data', kind: 'prepare', status: 'kept', seconds: 0, basis: undefined },
  { name: 'stage-1', kind: 'train', status: 'run', seconds: 1800, basis: 'measured' },
  { name: 'labels', kind: 'pseudo-label', status: 'depends', seconds: 300, basis: 'earlier' },
  { name: 'scores', kind: 'evaluate', status: 'run', seconds: 60, basis: 'typical' },
];

describe('a plan', () => {
  it('says for every step how long, and from what it knows', () => {
    expect(formatPlan({ steps, load: { cores: 2, busy: 0, machineCores: 2, average: 0 }, threads: 2 })).toBe(
      `step     does          state                         time
data     prepare       kept
stage-1  train         run                           about 30:00 (measured)
labels   pseudo-label  if what it builds on changes  about 5:00 (as before)
scores   evaluate      run                           about 1:00 (as on other machines)
about 36:00 in all`,
    );
  });

  it('says both times where other work makes a difference', () => {
    const text = formatPlan({ steps, load: { cores: 2, busy: 1, machineCores: 2, average: 0 }, threads: 2 });
    expect(text).toContain('about 54:00 in all, if the machine stays as busy as it is\n');
    expect(text).toMatch(/\n1 of 2 cores is busy with other work: on an idle machine about 36:00$/);
    const beside = formatPlan({ steps, load: { cores: 8, busy: 1, machineCores: 8, average: 0 }, threads: 2 });
    expect(beside).toMatch(/about 36:00 in all\n1 of 8 cores is busy with other work, which hardly matters here$/);
  });

  it('says where there is no telling', () => {
    const unknown = { name: 'x', kind: 'tune', status: 'run', seconds: undefined, basis: undefined } as const;
    const text = formatPlan({
      steps: [...steps, unknown],
      load: { cores: 2, busy: 0, machineCores: 2, average: 0 },
      threads: 2,
    });
    expect(text).toMatch(/x +tune +run +no telling\n/);
    expect(text).toMatch(/about 36:00 in all, and what there is no telling of$/);
  });
});
