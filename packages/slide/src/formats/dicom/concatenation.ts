/** Pictures that a writer has spread over several files. Source: PS3.3, C.7.6.16.2.2.4. */
import { SlideError } from '../../slide-error.js';
import type { ConcatenationPart, Instance } from './instance.js';

type Parts = readonly [Instance, ...Instance[]];
type Part = Instance & { readonly part: ConcatenationPart };

const isPart = (instance: Instance): instance is Part => instance.part !== undefined;

const hint = 'put all files of the series into one folder';

/**
 * Each picture with its files in order.
 * @throws {SlideError} `bad-input` for a missing part, and for parts that contradict each other
 */
export function orderParts(instances: readonly Instance[]): Parts[] {
  const whole = instances.filter((instance) => !isPart(instance)).map((instance): Parts => [instance]);
  const groups = new Map<string, Part[]>();
  for (const instance of instances.filter(isPart)) {
    const { uid } = instance.part;
    groups.set(uid, [...(groups.get(uid) ?? []), instance]);
  }
  return [...whole, ...[...groups.values()].map(order)];
}

function order(group: Part[]): Parts {
  const sorted = group.sort((a, b) => a.part.number - b.part.number);
  const [first, ...others] = sorted as [Part, ...Part[]];
  const subject = first.file.source.name;
  const total = first.part.total ?? sorted.length;
  const refuse = (problem: string, file = subject): SlideError =>
    new SlideError('bad-input', problem, { subject: file, hint });
  const numbers = new Set(sorted.map(({ part }) => part.number));
  if (numbers.size < sorted.length) {
    throw refuse(`two files are the same part of the picture of ${first.width} x ${first.height}`);
  }
  const missing = Array.from({ length: Math.min(total, sorted.length + 1) }, (_, i) => i + 1).find(
    (number) => !numbers.has(number),
  );
  // One part that does not say how many there are may be the first of several.
  const isAlone = sorted.length === 1 && first.part.total === undefined;
  if (missing !== undefined || isAlone || total !== sorted.length) {
    const which = missing ?? sorted.length + 1;
    const of = first.part.total === undefined ? '' : ` of ${total}`;
    throw refuse(`part ${which}${of} of the picture of ${first.width} x ${first.height} is missing`);
  }
  let frames = 0;
  for (const { part, frames: count, file, ...instance } of sorted) {
    const { name } = file.source;
    if (part.firstFrame !== undefined && part.firstFrame !== frames) {
      throw refuse(`it says that ${part.firstFrame} frames come before it, and there are ${frames}`, name);
    }
    frames += count;
    for (const side of ['width', 'height', 'tileWidth', 'tileHeight', 'kind', 'organization'] as const) {
      if (instance[side] === first[side]) continue;
      throw refuse(
        `its ${side} is ${instance[side]}, and that of ${subject}, a part of the same picture, ${first[side]}`,
        name,
      );
    }
  }
  return [first, ...others];
}
