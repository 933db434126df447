/** What lies in a folder, as a map from name to digest, without what differs between any two runs: times, and pictures of times. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Facts that tell when and how fast, in JSON and YAML. */
const TIMES =
  /^(time|seconds|started|imagesPerSecond|modified|peakBytes|idleSeconds|processorSeconds|expected|fingerprint|inputs)$/;
/** Of these only the names count: they show times, hold answers in the order in which they came, sizes of files with times, or say what a stopped run did. */
const NAMES_ONLY =
  /(^|[/])(curves[.](svg|png)|events[.]out[.].*|log[.]jsonl|digests[.]txt|report[.]html|(step|files)[.]json|.*[.]logits)$/;

/** Facts without times, in the order of their names. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).filter((name) => !TIMES.test(name));
  return Object.fromEntries(names.sort().map((name) => [name, plain(value[name])]));
}

function comparable(name, bytes, folder) {
  if (NAMES_ONLY.test(name)) return '';
  // An experiment says where its own files are.
  const text = () => bytes.toString().replaceAll(folder, '');
  const facts = (one) => JSON.stringify(plain(parse(one)));
  if (/[.](json|yaml)$/.test(name)) return facts(text());
  if (name.endsWith('.jsonl')) return text().trim().split('\n').map(facts).join('\n');
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
          .update(comparable(name, readFileSync(path), folder))
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
