/** What lies in a folder, as a map from name to digest, without what differs between any two runs: times, and pictures of times. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Facts that tell when and how fast, in JSON and YAML. */
const TIMES =
  /^(time|seconds|started|imagesPerSecond|modified|peakBytes|idleSeconds|processorSeconds|expected|date|fingerprint|inputs|trainSeconds|secondsPer\w+)$/;
/** Of these only the names count: they show times, or say what a run that was stopped did. */
const NAMES_ONLY = /(^|\/)(curves\.(svg|png)|events\.out\..*|log\.jsonl|report\.html|step\.json|running\.json|lock.*)$/;

const withoutTimes = (text) => JSON.stringify(JSON.parse(text), (key, value) => (TIMES.test(key) ? undefined : value));

function comparable(name, bytes) {
  if (NAMES_ONLY.test(name)) return '';
  if (name.endsWith('.json')) return withoutTimes(bytes.toString());
  if (name.endsWith('.jsonl')) return bytes.toString().trim().split('\n').map(withoutTimes).join('\n');
  if (name.endsWith('.yaml')) return bytes.toString().replace(/^\s*started:.*$/m, '');
  // The head of a training's state counts its seconds.
  if (name.endsWith('state.safetensors')) return bytes.subarray(8 + Number(bytes.readBigUInt64LE()));
  return bytes;
}

/** @returns digests by name; folders have the digest '' and a slash */
export function contentsOf(folder) {
  const found = new Map();
  if (!existsSync(folder)) return found;
  for (const name of readdirSync(folder, { recursive: true }).map(String).sort()) {
    const path = join(folder, name);
    if (lstatSync(path).isDirectory()) found.set(`${name}/`, '');
    else
      found.set(
        name,
        createHash('sha256')
          .update(comparable(name, readFileSync(path)))
          .digest('hex'),
      );
  }
  return found;
}

/** @returns sentences; none where both are the same */
export function differences(found, wanted) {
  const named = (names) => `${names.slice(0, 4).join(', ')}${names.length > 4 ? ', ...' : ''}`;
  const more = [...found.keys()].filter((name) => !wanted.has(name));
  const missing = [...wanted.keys()].filter((name) => !found.has(name));
  const other = [...wanted.keys()].filter((name) => found.has(name) && found.get(name) !== wanted.get(name));
  return [
    ...(more.length > 0 ? [`left over: ${named(more)}`] : []),
    ...(missing.length > 0 ? [`missing: ${named(missing)}`] : []),
    ...(other.length > 0 ? [`other bytes: ${named(other)}`] : []),
  ];
}
