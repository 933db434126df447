/** Those who write, each in a process of its own: what it prints is what it was told. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./writer.mjs', import.meta.url));

/** @param acknowledged by revision the edit's checksum; is added to */
export function startWriter({ base, path, cookie }, { seed, acknowledged }) {
  const child = spawn(process.execPath, [program, `${base}${path}`, cookie, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.once('close', done));
  const begun = new Promise((done) => {
    child.once('close', done);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [revision, sum] = line.split(' ');
      if (revision !== 'begun') acknowledged.set(Number(revision), sum);
      done();
    });
  });
  return {
    begun,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
