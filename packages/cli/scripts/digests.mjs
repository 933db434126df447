/**
 * What `predict`, `prepare`, `convert`, `tiles`, `train` and `run` write for fixed inputs, as digests, so that a change of the code can be
 * shown to change no byte: `make digests KEEP=before.json` with the code before it, `make digests AGAINST=before.json` with the code after it, on
 * the same machine (other processors round otherwise). The exit code is 1 where anything differs.
 *
 * Times are left out, and so are fingerprints, which name the code (`kills/contents.mjs`).
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { commandNames } from './kills/commands.mjs';
import { differences } from './kills/contents.mjs';
import { prepareWorkplace } from './kills/workplace.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: commandNames.join(',') },
    keep: { type: 'string' },
    against: { type: 'string' },
  },
});
if ((values.keep === undefined) === (values.against === undefined)) {
  console.error('digests: say --keep FILE to write digests, or --against FILE to compare with those of a file');
  process.exit(2);
}
const wanted = values.against === undefined ? undefined : JSON.parse(readFileSync(values.against, 'utf8'));
const only = values.only.split(',');

// Outputs name where their inputs lie: the place is the same in every run.
const folder = join(tmpdir(), 'ftuseg-digests');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const { whole } = await prepareWorkplace(folder, only);
rmSync(folder, { recursive: true, force: true });

const found = Object.fromEntries(Array.from(whole, ([name, { contents }]) => [name, Object.fromEntries(contents)]));
if (values.keep !== undefined) {
  writeFileSync(values.keep, `${JSON.stringify(found, null, 1)}\n`);
  console.log(
    `${values.keep}: digests of ${Object.values(found).flatMap(Object.keys).length} files of ${only.join(', ')}`,
  );
} else {
  for (const name of only) {
    const of = (digests) => new Map(Object.entries(digests[name] ?? {}));
    const sentences = differences(of(found), of(wanted));
    console.log(
      `${name}: ${sentences.length === 0 ? `${of(found).size} files, the same bytes` : sentences.join('; ')}`,
    );
    if (sentences.length > 0) process.exitCode = 1;
  }
}
