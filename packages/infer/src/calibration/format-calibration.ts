/** What was learnt of a model's probabilities, for people. */
import { CALIBRATION_BINS } from '@ftuseg/core';
import type { Calibration } from '@ftuseg/nn';
import { MIN_OBJECTS } from './fit-objects.js';

const share = (value: number): string => value.toFixed(4);
const interval = (pair: readonly [number, number] | undefined): string =>
  pair === undefined ? '' : ` (95 %: ${share(pair[0])} to ${share(pair[1])})`;

function temperatureLine(temperature: number): string {
  const sure = temperature > 1.02 ? 'the network was too sure' : 'the network was not sure enough';
  return `temperature ${temperature.toFixed(3)}: ${Math.abs(temperature - 1) <= 0.02 ? 'as sure as it is right' : sure}`;
}

const idleTemperature = ({ value, error }: NonNullable<NonNullable<Calibration['leftOut']>['temperature']>): string =>
  `Pixels are left as they are: a temperature of ${value.toFixed(3)} does no better (ECE ${share(error.after)} instead of ${share(error.before)})`;

function mapLine(map: NonNullable<Calibration['objects']>['map']): string {
  if (map.method === 'isotonic') return `objects: isotonic, ${map.from.length} points`;
  const term = (weight: number, of: string): string =>
    ` ${weight < 0 ? '-' : '+'} ${Math.abs(weight).toFixed(3)} x ${of}`;
  const bySize = map.size === 0 ? '' : term(map.size, 'log2 of the diameter over 200 µm');
  return `objects: logistic, ${map.intercept.toFixed(3)}${term(map.probability, 'logit of the mean probability')}${bySize}`;
}

/** @example console.log(formatCalibration(await calibrate(jobs, options))); */
export function formatCalibration({ temperature, pixels, objects, leftOut, slides, groups }: Calibration): string {
  const lines = [
    leftOut?.temperature === undefined ? temperatureLine(temperature) : idleTemperature(leftOut.temperature),
  ];
  if (objects !== null) lines.push(mapLine(objects.map));
  const row = (cells: readonly string[]): string =>
    cells
      .map((cell) => cell.padEnd(12))
      .join('')
      .trimEnd();
  lines.push('', row(['ECE', 'before', 'after', 'of']));
  lines.push(row(['pixels', share(pixels.error.before), share(pixels.error.after), `${pixels.count} pixels`]));
  if (leftOut?.objects !== undefined) {
    const { error, count, positives } = leftOut.objects;
    lines.push(
      row(['objects', share(error.before), share(error.after), `${count} objects, ${positives} of them true`]),
      '',
      'Objects are not calibrated: the best map does no better on groups that it was not learnt on.',
    );
  } else if (objects === null) {
    lines.push(
      '',
      `Objects are not calibrated: that takes ${MIN_OBJECTS} that are true and ${MIN_OBJECTS} that are not, in two groups of slides.`,
    );
  } else {
    const { count, positives, error, intervals } = objects;
    lines.push(
      row(['objects', share(error.before), share(error.after), `${count} objects, ${positives} of them true`]),
    );
    if (intervals !== null) {
      lines.push(`objects before${interval(intervals.before)}, after${interval(intervals.after)}`);
    }
  }
  lines.push(
    '',
    `${CALIBRATION_BINS} bins of equal width, on ${slides} slides of ${groups} ${groups === 1 ? 'group' : 'groups'}, which the model must not have been trained on. Objects after: by maps learnt on other groups.`,
  );
  return lines.join('\n');
}
