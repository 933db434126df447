/** Writes edit after edit and prints each that is acknowledged, until it is killed: address, cookie, seed. */
import { createRandom } from '@ftuseg/core';
import { sumOf } from './check.mjs';
import { SIDE } from './workplace.mjs';

const [address, cookie, seed] = process.argv.slice(2);
const random = createRandom(Number(seed));
const headers = { cookie, 'Content-Type': 'application/json' };

/** A comb of some thousand corners at most: lines of many sizes are written. */
function comb() {
  const teeth = 1 + random.int(random.chance(0.2) ? 3000 : 30);
  const [x, y] = [random.int(SIDE - 200), random.int(SIDE - 50)];
  const step = 200 / (teeth * 16) >= 1 ? 1 : 1 / 16;
  const top = Array.from({ length: Math.min(teeth, 1500) }, (_, i) => [
    x + i * 2 * step,
    y + 10,
    x + (2 * i + 1) * step,
    y,
  ]);
  const last = x + 2 * Math.min(teeth, 1500) * step;
  return [...top.flat(), last, y + 10, last, y + 20, x, y + 20];
}

function edit() {
  const kind = random.int(8);
  if (kind === 0) return { kind: 'undo' };
  const id = `w${seed}-${random.int(20)}`;
  if (kind === 1) return { kind: 'change', label: 'delete', changes: [{ kind: 'delete', id }] };
  const object = { id, class: 'glomerulus', polygons: [[comb()]] };
  return { kind: 'change', label: 'brush', changes: [{ kind: 'put', object }] };
}

let { revision } = await (await fetch(`${address}?after=1000000000`, { headers })).json();
console.log('begun');
for (;;) {
  const wanted = edit();
  const answer = await fetch(address, {
    method: 'POST',
    headers: { ...headers, 'If-Match': `"${revision}"` },
    body: JSON.stringify(wanted),
  }).catch(() => undefined);
  // The server was killed.
  if (answer === undefined) break;
  const told = await answer.json().catch(() => undefined);
  if (told === undefined) break;
  if (answer.status === 201) {
    ({ revision } = told);
    console.log(`${revision} ${sumOf(wanted)}`);
  } else if (answer.status === 412) revision = told.revision;
  else if (told.problem !== 'there is nothing to undo') {
    console.error(`edit-kills: ${answer.status} ${JSON.stringify(told)}`);
    break;
  }
}
