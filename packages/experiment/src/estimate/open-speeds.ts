/** The speeds of this machine, ready to be asked: the record of earlier runs, and measurements of what it lacks. */
import { setTimeout } from 'node:timers/promises';
import { expectedShare, type Load, startLoadMeter } from './load.js';
import { openMachineRecord } from './machine-record.js';
import { createMeasurer } from './measure.js';
import { createSpeeds, type Speeds } from './speeds.js';
import type { StepWork } from './work.js';

/** Seconds for measurements. */
const BUDGET = 15;
/** Milliseconds of doing nothing, to see what others do. */
const LISTEN = 200;
/** Others that take more of the machine than this disturb a measurement by the clock. */
const DISTURBED = 0.9;

/** What others do on the machine while nothing is done here. */
export async function listen(): Promise<Load> {
  const meter = startLoadMeter();
  await setTimeout(LISTEN);
  return meter.read();
}

/** Whether others disturb a measurement by the clock. */
export const isBusy = (load: Load, threads: number): boolean => expectedShare(load, threads) < DISTURBED;

/**
 * Opens the record and measures what it lacks, some seconds at most.
 *
 * @param threads that the work will have
 * @param busy whether others are at work on the machine
 */
export async function openSpeeds(work: readonly StepWork[], threads: number, busy: boolean): Promise<Speeds> {
  const measurer = createMeasurer({ budget: BUDGET, threads, busy });
  const speeds = createSpeeds(await openMachineRecord(), measurer.measure);
  try {
    await speeds.prepare(work);
  } finally {
    measurer.close();
  }
  await speeds.save();
  return speeds;
}
