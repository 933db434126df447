/**
 * A Slurm of its own for a test: a controller and two nodes, each in a network namespace with a name of its own, on one machine. There is no database and no control
 * group. Needs root, and Debian's slurm-wlm and munge.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const NODES = ['ftun1', 'ftun2'];
/** Of the controller's end and of the node's end of each link. */
const ends = (i) => [`10.91.8.${4 * i + 1}`, `10.91.8.${4 * i + 2}`];

const ip = (...args) => spawnSync('ip', args, { encoding: 'utf8' });

/** @returns what is missing for these tests, or undefined */
export function missingForSlurm() {
  if (process.getuid?.() !== 0) return 'they need root, for network namespaces';
  for (const program of ['munged', 'slurmctld', 'slurmd', 'sbatch']) {
    if (spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0)
      return `there is no ${program} (slurm-wlm, munge)`;
  }
  return undefined;
}

function makeHosts() {
  for (const [i, node] of NODES.entries()) {
    const [own, far] = ends(i);
    const link = `ftus${i}`;
    const steps = [
      ['netns', 'add', node],
      ['link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', node],
      ['address', 'add', `${own}/30`, 'dev', link],
      ['link', 'set', link, 'up'],
      ['-n', node, 'address', 'add', `${far}/30`, 'dev', 'eth0'],
      ['-n', node, 'link', 'set', 'eth0', 'up'],
      ['-n', node, 'link', 'set', 'lo', 'up'],
      ['-n', node, 'route', 'add', 'default', 'via', own],
    ];
    const failed = steps.map((step) => ip(...step)).find(({ status }) => status !== 0);
    if (failed !== undefined) throw new Error(`no network namespaces: ${failed.stderr}`);
  }
}

function removeHosts() {
  for (const [i, node] of NODES.entries()) {
    ip('link', 'delete', `ftus${i}`);
    ip('netns', 'delete', node);
  }
}

const configuration = (folder, { maxArraySize = 4 }) => `ClusterName=ftu
SlurmctldHost=${hostname()}(${ends(0)[0]})
SlurmUser=root
AuthType=auth/munge
AuthInfo=cred_expire=5
CredType=cred/munge
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool-%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd-%n.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,bf_interval=1
MaxArraySize=${maxArraySize}
KillWait=5
SlurmdTimeout=20
ReturnToService=2
${NODES.map((node, i) => `NodeName=${node} NodeAddr=${ends(i)[1]} CPUs=1 State=UNKNOWN`).join('\n')}
PartitionName=all Nodes=${NODES.join(',')} Default=YES MaxTime=60 DefaultTime=30 State=UP
`;

async function until(what, holds, seconds = 60) {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`${what} took more than ${seconds} s`);
    await sleep(500);
  }
}

/**
 * Starts all.
 * @param settings `maxArraySize` of arrays of jobs, 4 if unset
 * @returns what disturbs nodes, links and the controller, and what ends all
 */
export async function startSlurm(folder, settings = {}) {
  for (const name of ['state', ...NODES.map((node) => `spool-${node}`)])
    mkdirSync(join(folder, name), { recursive: true });
  const config = join(folder, 'slurm.conf');
  writeFileSync(config, configuration(folder, settings));
  writeFileSync(join(folder, 'cgroup.conf'), 'CgroupPlugin=cgroup/v1\n');
  process.env.SLURM_CONF = config;
  const log = openSync(join(folder, 'daemons.log'), 'a');
  const children = new Map();
  const start = (name, command) =>
    children.set(name, spawn(command[0], command.slice(1), { stdio: ['ignore', log, log] }));
  const startNode = (node) => {
    const daemon = ['unshare', '--uts', 'sh', '-c', 'hostname "$0" && exec slurmd -D', node];
    start(node, ['nsenter', `--net=/run/netns/${node}`, ...daemon]);
  };
  const killNode = (node) => children.get(node)?.kill('SIGKILL');
  // At the node's end: the controller's address, on the other, stays.
  const cutLink = (node) => ip('-n', node, 'link', 'set', 'eth0', 'down');
  const healLink = (node) => {
    ip('-n', node, 'link', 'set', 'eth0', 'up');
    ip('-n', node, 'route', 'add', 'default', 'via', ends(NODES.indexOf(node))[0]);
  };
  const startController = () => start('slurmctld', ['slurmctld', '-D']);
  const stopController = async (signal) => {
    const child = children.get('slurmctld');
    child?.kill(signal);
    await until('the end of the controller', () => child?.exitCode !== null || child.signalCode !== null);
  };
  const resumeNodes = () => spawnSync('scontrol', ['update', `NodeName=${NODES.join(',')}`, 'State=RESUME']);
  const answers = () => until('the controller', () => spawnSync('scontrol', ['ping']).status === 0);
  /** Kilobytes of memory of the controller. */
  const memory = () => {
    const text = readFileSync(`/proc/${children.get('slurmctld')?.pid}/status`, 'latin1');
    return Number(/VmRSS:\s*(\d+)/.exec(text)?.[1]);
  };
  /** Seconds of the processor that the controller has used. */
  const processor = () => {
    const fields = readFileSync(`/proc/${children.get('slurmctld')?.pid}/stat`, 'latin1')
      .split(') ')[1]
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  };
  const end = async () => {
    spawnSync('scancel', ['--me']);
    for (const child of children.values()) child.kill('SIGTERM');
    await sleep(2000);
    for (const child of children.values()) child.kill('SIGKILL');
    removeHosts();
  };
  removeHosts();
  try {
    makeHosts();
    if (spawnSync('sh', ['-c', 'munge -n | unmunge'], { stdio: 'ignore' }).status !== 0) {
      mkdirSync('/run/munge', { recursive: true });
      spawnSync('chown', ['munge:', '/run/munge']);
      start('munged', ['setpriv', '--reuid=munge', '--regid=munge', '--clear-groups', 'munged', '--foreground']);
      await until('munge', () => spawnSync('sh', ['-c', 'munge -n | unmunge'], { stdio: 'ignore' }).status === 0);
    }
    startController();
    for (const node of NODES) startNode(node);
    const idle = () => spawnSync('sinfo', ['-h', '-N', '-o', '%t'], { encoding: 'utf8' }).stdout.match(/idle/g)?.length;
    await until('the start of Slurm', () => idle() === NODES.length);
  } catch (error) {
    await end();
    throw error;
  }
  const links = { cutLink, healLink };
  return {
    nodes: NODES,
    startNode,
    killNode,
    ...links,
    startController,
    stopController,
    resumeNodes,
    answers,
    memory,
    processor,
    end,
    until,
  };
}
