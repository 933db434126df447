/**
 * A process that runs its shares of the executions, and writes before each which one it is: whoever started it sees a crash or a hang from there. The
 * first fault is told and ends it.
 */
import { mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { FtuError } from '@ftuseg/core';
import { inputOf } from './input.mjs';

const { group, shares, mark } = JSON.parse(process.argv[2]);
const { [group]: targets } = await import(`./targets/${group}.mjs`);

/** Seconds of the processor that one input may take: on the wall it depends on what else the machine does. */
const SECONDS = 4;
const MAX_BYTES = 1.5 * 2 ** 30;

// Ctrl-C is for whoever started this process.
process.on('SIGINT', () => undefined);
const folder = mkdtempSync(join(tmpdir(), 'ftuseg-fuzz-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const place = {
  folder,
  file: async (file, bytes) => {
    const path = join(folder, file);
    await writeFile(path, bytes);
    return path;
  },
};

const prototypes = [Object, Array, Function, String, Number, Map, Set, Promise, Error].flatMap((type) => [
  type,
  type.prototype,
]);
const shape = () => prototypes.map((one) => Object.getOwnPropertyNames(one).length).join();
const clean = shape();

/** @returns what was wrong with how an execution ended */
async function faultOf(target, bytes) {
  const began = process.cpuUsage();
  let outcome = 'read';
  try {
    await target.run(bytes, place);
  } catch (error) {
    outcome = 'refused';
    if (!(error instanceof FtuError)) return { outcome, fault: error instanceof Error ? error.stack : String(error) };
    if (/\n/.test(error.message)) return { outcome, fault: `the message has lines: ${JSON.stringify(error.message)}` };
    if (/\bInvalid input\b|expected .* received|Unrecognized key|\[object /.test(error.message)) {
      return { outcome, fault: `the message has words of a library: ${JSON.stringify(error.message)}` };
    }
    if (error.message.length > 4000) return { outcome, fault: `the message has ${error.message.length} letters` };
  }
  const { user, system } = process.cpuUsage(began);
  const seconds = (user + system) / 1e6;
  if (seconds > SECONDS) return { outcome, fault: `it took ${seconds.toFixed(1)} s` };
  if (shape() !== clean) return { outcome, fault: 'an object that all share was changed' };
  return { outcome };
}

const marked = openSync(mark, 'r+');
const slot = Buffer.alloc(16);
const tell = (message) => new Promise((told) => process.send?.(message, told));
for (const [number, { target: name, first, count }] of shares.entries()) {
  const target = targets.find((one) => one.name === name);
  const counts = { read: 0, refused: 0 };
  for (let i = 0; i < count; i++) {
    const seed = first + i;
    slot.writeDoubleLE(number, 0);
    slot.writeDoubleLE(seed, 8);
    writeSync(marked, slot, 0, 16, 0);
    const { outcome, fault } = await faultOf(target, inputOf(target, seed));
    counts[outcome]++;
    const bytes = i % 64 === 0 ? process.memoryUsage().rss : 0;
    if (fault !== undefined || bytes > MAX_BYTES) {
      await tell({ ...counts, seed, fault: fault ?? `the process holds ${Math.round(bytes / 2 ** 20)} MB` });
      process.exit(1);
    }
  }
  await tell(counts);
}
process.exit(0);
