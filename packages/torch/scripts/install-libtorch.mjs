/**
 * `make libtorch`: installs Debian's libtorch and the compiler that the bridge needs, where it may (root or sudo);
 * prints the exact command otherwise and exits 1. Does nothing when all is there.
 */
import { spawnSync } from 'node:child_process';
import { findLibtorch, missingTools } from './libtorch.mjs';

function present(command, args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** How to run a command as root without asking for a password; undefined when impossible. */
function asRoot() {
  if (process.getuid?.() === 0) return [];
  return present('sudo', ['-n', 'true']) ? ['sudo', '-n'] : undefined;
}

function runOrExit(command) {
  const [program = '', ...args] = command;
  const run = spawnSync(program, args, {
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (run.status === 0) return;
  console.error(`failed: ${command.join(' ')}`);
  process.exit(1);
}

let libtorch;
try {
  libtorch = findLibtorch();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
// Trainings of several processes need Gloo's headers, which only the system's libtorch takes from a package.
const lacksGloo = libtorch === undefined || (libtorch.root === 'system' && !libtorch.gloo);
const packages = [
  ...(libtorch === undefined ? ['libtorch-dev'] : []),
  ...(lacksGloo ? ['libgloo-dev'] : []),
  ...(missingTools().length > 0 ? ['build-essential'] : []),
];
if (libtorch !== undefined && packages.length === 0) {
  console.log(`libtorch ${libtorch.version} is there (${libtorch.root})`);
  process.exit(0);
}
const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
const root = asRoot();
if (!present('apt-get', ['--version'])) {
  console.error(
    `this system has no apt-get: install ${packages.join(', ')}, or unpack libtorch and set LIBTORCH to its folder`,
  );
  process.exit(1);
}
if (root === undefined) {
  // All but trainings of several processes works as it is.
  if (packages.join() === 'libgloo-dev') {
    console.log('trainings of several processes are not available without Gloo: sudo apt-get install -y libgloo-dev');
    process.exit(0);
  }
  console.error(`run this as root, then try again:\n  apt-get update && ${install.join(' ')}`);
  process.exit(1);
}
runOrExit([...root, 'apt-get', 'update', '-q']);
runOrExit([...root, ...install]);
