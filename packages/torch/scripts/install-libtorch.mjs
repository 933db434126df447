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
const packages = [
  ...(libtorch === undefined ? ['libtorch-dev'] : []),
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
  console.error(`run this as root, then try again:\n  apt-get update && ${install.join(' ')}`);
  process.exit(1);
}
runOrExit([...root, 'apt-get', 'update', '-q']);
runOrExit([...root, ...install]);
