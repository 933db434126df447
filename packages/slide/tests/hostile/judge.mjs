/**
 * Opens and reads one file the ways that programs do, and says what was wrong with how that ended: a file is either read,
 * or refused by an error of the family that people can read, naming the file, within two seconds
 * of the processor.
 */
import process from 'node:process';
import { FtuError } from '@ftuseg/core';
import { openSlide } from '../../dist/index.js';

export const SECONDS = 2;

async function readAll(path) {
  const slide = await openSlide(path);
  try {
    const { width, height } = slide;
    await slide.readRegion({ x: 0, y: 0, width: Math.min(width, 64), height: Math.min(height, 64), downsample: 1 });
    const corner = { x: Math.max(0, width - 40), y: Math.max(0, height - 40) };
    await slide.readRegion({ ...corner, width: width - corner.x, height: height - corner.y, downsample: 1 });
    if (width * height < 1e6) await slide.readRegion({ x: 0, y: 0, width, height, downsample: 3 });
    for (const name of slide.info.associated) await slide.readAssociated(name);
    await slide.readProperties?.();
  } finally {
    await slide.close();
  }
}

/** @returns {Promise<{ outcome: 'read' | 'refused', fault: string | undefined }>} */
export async function judge(path) {
  const began = process.cpuUsage();
  let outcome = 'read';
  let fault;
  try {
    await readAll(path);
  } catch (error) {
    outcome = 'refused';
    if (!(error instanceof FtuError))
      fault = `an error that is not ours: ${error instanceof Error ? error.stack : error}`;
    else if (!error.message.includes(path)) fault = `the message does not name the file: ${error.message}`;
    else if (/\n/.test(error.message)) fault = `the message is not one line: ${error.message}`;
  }
  const { user, system } = process.cpuUsage(began);
  const seconds = (user + system) / 1e6;
  if (seconds > SECONDS) fault ??= `it took ${seconds.toFixed(1)} s`;
  return { outcome, fault };
}
