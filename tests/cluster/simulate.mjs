/**
 * A table of slides on a large cluster, in code: `make cluster-simulation SLIDES=100000 MACHINES=200 SECONDS=60`. Tasks of Slurm do their units one after the other; what all share is one queue each:
 * the controller, the metadata and the bandwidth of the file system. Costs are measured (`make cluster-unit-costs`, `make cluster-test-slurm ONLY=many`); what a site has is an option.
 */
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    slides: { type: 'string', default: '100000' },
    machines: { type: 'string', default: '200' },
    /** Tasks that a machine does at one time. */
    slots: { type: 'string', default: '4' },
    /** Of computation of a slide. */
    seconds: { type: 'string', default: '60' },
    gigabytes: { type: 'string', default: '1' },
    /** Gigabytes a second that the file system gives to all hosts together, and to one. */
    bandwidth: { type: 'string', default: '10' },
    link: { type: 'string', default: '1' },
    /** Calls a second that its metadata server answers. */
    metadata: { type: 'string', default: '20000' },
  },
});
const site = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]));

/** Measured on a machine of two cores. */
const COST = {
  /** Processor seconds of a unit's process beside its computation. */
  start: 2.1,
  /** Calls of a unit that name files of the run, and of the program, which are others' only where the program lies on the shared file system. */
  runCalls: 228,
  programCalls: 13_917,
  /** Processor seconds of the controller for a task. */
  controller: 0.04,
  /** Processor seconds of a row in a list of units, and of a slide that is kept, in what gathers them. */
  list: 0.0009,
  gather: 0.004,
};
/** What the engine allows an array. */
const MAX_TASKS = 1000;

/** Something that is done one after the other for all who ask. */
class Queue {
  #free = 0;
  busy = 0;
  /** @returns when it is done for somebody who asks at a time, in the order of times */
  use(time, seconds) {
    this.#free = Math.max(this.#free, time) + seconds;
    this.busy += seconds;
    return this.#free;
  }
}

/** The earliest first. */
class Agenda {
  #heap = [];
  get size() {
    return this.#heap.length;
  }
  add(time, work) {
    const heap = this.#heap;
    let at = heap.push({ time, work }) - 1;
    for (let up = (at - 1) >> 1; at > 0 && heap[up].time > heap[at].time; up = (at - 1) >> 1) {
      [heap[up], heap[at]] = [heap[at], heap[up]];
      at = up;
    }
  }
  next() {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && heap[left].time < heap[least].time) least = left;
      if (right < heap.length && heap[right].time < heap[least].time) least = right;
      if (least === at) return first;
      [heap[least], heap[at]] = [heap[at], heap[least]];
      at = least;
    }
  }
}

/**
 * @param at what the site has
 * @param shared whether the program lies on the shared file system, too
 * @param ahead whether one host reads all slides before anything is submitted
 */
function simulate(at, { shared = false, ahead = false } = {}) {
  const [controller, metadata, bandwidth] = [new Queue(), new Queue(), new Queue()];
  const share = Math.ceil(at.slides / MAX_TASKS);
  const tasks = Math.ceil(at.slides / share);
  const before = at.slides * COST.list + (ahead ? (at.slides * at.gigabytes) / at.link : 0);
  const agenda = new Agenda();
  const slots = Math.min(tasks, at.machines * at.slots);
  let [begun, done, computing] = [0, 0, 0];
  const calls = (COST.runCalls + (shared ? COST.programCalls : 0)) / at.metadata;
  // A slide is read once for its digest, unless somebody has done so, and once for its pixels.
  const bytes = at.gigabytes * (ahead ? 1 : 2);
  const beginTask = (time) => {
    if (begun >= tasks) return;
    const units = Math.min(share, at.slides - begun * share);
    begun++;
    agenda.add(controller.use(time, COST.controller), (now) => unit(now, units));
  };
  const unit = (time, left) => {
    if (left === 0) return beginTask(time);
    agenda.add(metadata.use(time, calls), (now) => {
      const fast = now + bytes / at.link;
      agenda.add(Math.max(fast, bandwidth.use(now, bytes / at.bandwidth)), (read) => {
        computing += COST.start + at.seconds;
        agenda.add(read + COST.start + at.seconds, (end) => {
          done++;
          unit(end, left - 1);
        });
      });
    });
  };
  for (let slot = 0; slot < slots; slot++) agenda.add(before, beginTask);
  let time = before;
  while (agenda.size > 0) {
    const { time: now, work } = agenda.next();
    time = now;
    work(now);
  }
  if (done !== at.slides) throw new Error(`${done} of ${at.slides} slides are done`);
  const during = time - before;
  const load = {
    processors: computing / (during * at.machines * at.slots),
    'network file system, bytes': bandwidth.busy / during,
    'network file system, metadata': metadata.busy / during,
    'Slurm controller': controller.busy / during,
  };
  const gather = at.slides * COST.gather + at.slides * COST.list;
  return { before, during, gather, load, tasks, share, used: slots / (at.machines * at.slots) };
}

const hours = (seconds) => (seconds < 5400 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`);

function line(what, { before, during, gather, load }) {
  const [first] = Object.entries(load).sort(([, a], [, b]) => b - a);
  const loads = Object.values(load).map((one) => `${(100 * one).toFixed(0)} %`.padStart(6));
  return `${what.padEnd(44)} ${[before, during, gather].map((one) => hours(one).padStart(9)).join(' ')}  ${loads.join(' ')}  ${first[0]}`;
}

const { tasks, share, used } = simulate(site);
console.log(
  `${site.slides} slides of ${site.gigabytes} GB on ${site.machines} machines of ${site.slots} tasks; ${tasks} tasks of ${share} slides, which fill ${(100 * used).toFixed(0)} % of the places`,
);
console.log(`${''.padEnd(44)}    before    during    gather    proc  bytes   meta  Slurm  busiest`);
console.log(line(`${site.seconds} s of computation a slide`, simulate(site)));
console.log(line('  the program on the shared file system too', simulate(site, { shared: true })));
console.log(line('  all slides read by one host beforehand', simulate(site, { ahead: true })));
for (const seconds of [600, 20, 5, 1])
  console.log(line(`${seconds} s of computation a slide`, simulate({ ...site, seconds })));
for (const machines of [50, 1000])
  console.log(line(`${site.seconds} s, ${machines} machines`, simulate({ ...site, machines })));
console.log(line(`${site.seconds} s, slides of 0.01 GB`, simulate({ ...site, gigabytes: 0.01 })));
