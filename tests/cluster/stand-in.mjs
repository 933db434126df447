/** Results of slides with the same pixels, made of one real result: what their units would publish, and a program that does so. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkRecipe, readRecipe } from '@ftuseg/experiment';
import { stepStates, unitFingerprint } from '../../packages/experiment/dist/units/step-states.js';
import { unitId, unitPlace } from '../../packages/experiment/dist/units/unit.js';

/** The same in another name of the same length, in names of files and in texts. */
function rename(folder, from, to) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    const bytes = readFileSync(path, 'latin1');
    if (bytes.includes(from)) writeFileSync(path, bytes.replaceAll(from, to), 'latin1');
    if (entry.name.includes(from)) renameSync(path, join(entry.parentPath, entry.name.replaceAll(from, to)));
  }
}

/** @param at paths in the folder of the test; @param names of the slides, all of one length; @returns the program */
export async function standIn(at, [first, ...others], main) {
  const out = at('run');
  for (const id of ['data/gather', 'stage/fold/0', 'stage/gather', `predictions/slide/${first}`]) {
    const args = [main, 'unit', at('recipe.yaml'), id, '--out', out, '--threads', '1'];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${id}: ${stderr}`);
  }
  const checked = await checkRecipe(await readRecipe(at('recipe.yaml'), []), out);
  const [note, progress] = [() => undefined, () => undefined];
  const options = { out, root: at(), device: 'cpu', threads: 1, trustCode: false, note, progress };
  const { steps, context } = await stepStates(checked, options);
  const known = steps.get('predictions');
  const placeOf = async (name) => {
    const fingerprint = await unitFingerprint(known, context, `slide/${name}`, false);
    return { fingerprint, place: unitPlace(out, unitId('predictions', `slide/${name}`), fingerprint) };
  };
  const real = await placeOf(first);
  for (const name of others) {
    const { fingerprint, place } = await placeOf(name);
    const ready = at('ready', name);
    mkdirSync(dirname(ready), { recursive: true });
    cpSync(join(real.place, 'published'), ready, { recursive: true });
    rename(ready, first, name);
    rename(ready, real.fingerprint, fingerprint);
    writeFileSync(`${ready}.place`, place);
  }
  // It has to be computed like all others.
  rmSync(dirname(real.place), { recursive: true });
  writeFileSync(
    at('unit.sh'),
    `name=\${3##*/}
if [ -f '${at('ready')}'/"$name.place" ]; then
  place=$(cat '${at('ready')}'/"$name.place")
  mkdir -p "$place" && cp -r '${at('ready')}'/"$name" "$place/.new" && mv -T "$place/.new" "$place/published"
else
  exec '${process.execPath}' '${main}' "$@"
fi
`,
  );
  return ['/bin/sh', at('unit.sh')];
}
