/** What goes wrong in clusters: a node dies, a link is cut and heals, the controller restarts, a slide kills whoever predicts it. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, checkEnd, drained, ftu, nodeOf, openUnits, samplesFor, squeue, submit, times } from './checks.mjs';

/** Processes of a node whose command line is like this. */
const processesOf = (node, pattern) =>
  spawnSync('ip', ['netns', 'pids', node], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((pid) => pid !== '' && pattern.test(commandOf(pid)))
    .map(Number);

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function killAll(pids) {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has just ended.
    }
  }
  return pids.length;
}

/** A node dies in the middle of a fold and comes back. */
export async function node(server, { folder, recipe, whole }) {
  const out = join(folder, 'node');
  submit(recipe, out);
  let killed;
  const look = () => {
    if (killed !== undefined) return;
    killed = nodeOf('stage.parts');
    if (killed === undefined) return;
    server.killNode(killed);
    // The processes of a host that has lost its power end with it.
    killAll(processesOf(killed, /./));
    setTimeout(() => server.startNode(killed), 30_000);
  };
  await drained(server, out, 500, look);
  check('node: one was killed while a fold was trained', killed !== undefined, killed);
  checkEnd('node', out, whole);
}

/**
 * The link of a node is cut in the middle of a fold, for longer than Slurm waits: it takes the node for dead and gives the fold to the other, while the first goes on computing and sees the disk. Then
 * the link heals.
 */
export async function link(server, place) {
  const { folder, recipeOf } = place;
  const path = join(folder, 'link.yaml');
  const [out, alone] = [join(folder, 'link'), join(folder, 'link-whole')];
  writeFileSync(path, recipeOf(samplesFor(120, place)));
  submit(path, out);
  let cut;
  let healed = false;
  let went = false;
  const look = async () => {
    if (cut !== undefined) return;
    const found = nodeOf('stage.parts');
    if (found === undefined || processesOf(found, /stage.fold/).length === 0) return;
    await sleep(4000);
    cut = found;
    server.cutLink(cut);
    const computing = setInterval(() => {
      went ||=
        processesOf(cut, /stage.fold/).length > 0 &&
        spawnSync('sinfo', ['-h', '-N', '-n', cut, '-o', '%t'], { encoding: 'utf8' }).stdout.includes('down');
    }, 1000);
    setTimeout(() => {
      clearInterval(computing);
      server.healLink(cut);
      healed = true;
    }, 60_000);
  };
  await drained(server, out, 700, look);
  check('link: it was cut in the middle of a fold, and healed', cut !== undefined && healed, cut);
  check('link: the node that was taken for dead computed on', went);
  ftu('run', path, '--out', alone, '--threads', '1');
  checkEnd('link', out, alone);
}

/**
 * The controller is ended in the middle of a fold, and killed while a slide fails that must be put back into the queue; it starts again after a while. A killed one may have forgotten
 * that a task runs: Slurm then drains the node and holds the task, an administrator resumes the node, and the same call submits the task anew.
 */
export async function controller(server, { folder, recipe, whole }) {
  const out = join(folder, 'controller');
  submit(recipe, out);
  const wanted = ['stage.parts', 'poisoned.parts'];
  let stops = 0;
  const look = async () => {
    const [group] = wanted;
    if (group === undefined || nodeOf(group) === undefined) return;
    wanted.shift();
    await server.stopController(stops === 0 ? 'SIGTERM' : 'SIGKILL');
    if (stops++ === 0) {
      const { status, stderr } = submit(recipe, out);
      const says = status === 1 && /refused/.test(stderr);
      check('controller: nobody answers, and a sentence says so', says, stderr.trim());
    }
    await sleep(25_000);
    server.startController();
    await server.answers();
  };
  const held = () => squeue('-o', '%i %R').match(/^\S+ .*launch failed requeued held.*$/m)?.[0];
  await drained(server, out, 700, look, () => held() !== undefined);
  check('controller: it was ended once and killed once', stops === 2, `${stops} times`);
  const stuck = held();
  if (stuck !== undefined) {
    server.resumeNodes();
    const again = submit(recipe, out);
    const said = again.stdout.trim().split('\n').at(-1);
    check('controller: a task that Slurm holds is submitted anew', !/^0 units/.test(said ?? ''), `${stuck}; ${said}`);
    await drained(server, out, 300);
  }
  checkEnd('controller', out, whole);
  const tried = times(out, /it failed and is tried again/g);
  check('controller: the poison slide was tried three times', tried === 2, `${tried} times again`);
}

/** A slide ends every process that predicts it, as one does that takes all memory. It is set aside, the others go on, and the report tells of it; once it is mended, the same call does the rest. */
export async function poison(server, { folder, recipe, whole }) {
  const out = join(folder, 'poison');
  submit(recipe, out);
  let killed = 0;
  const watch = setInterval(() => {
    for (const name of server.nodes) killed += killAll(processesOf(name, /predictions.slide.synth-2-03.*until/));
  }, 100);
  await drained(server, out, 900);
  clearInterval(watch);
  const gaveUp = times(out, /a unit was killed or could not start; it was put back into the queue 10 times/g);
  check('poison: it was put back ten times and then not any more', gaveUp === 1, `${killed} kills`);
  const open = openUnits(out).filter((unit) => !unit.startsWith('poisoned'));
  check(
    'poison: it is set aside, with what needs it; the other units are done, the report too',
    open.join() === 'predictions/gather set aside,predictions/slide/synth-2-03 set aside',
    open.join(),
  );
  ftu('unit', out, '--clean');
  submit(recipe, out);
  await drained(server, out, 400);
  checkEnd('poison', out, whole);
}
