/** `ftu studio` as a process of its own, signed in to. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../cli/bin/ftu.js', import.meta.url));

/** Resolves when it answers. */
export async function startStudio(table) {
  const child = spawn(process.execPath, [program, 'studio', table, '--no-open'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((done) => child.once('exit', done));
  let said = '';
  const address = await new Promise((found, failed) => {
    const listen = (chunk) => {
      said += chunk;
      const [match] = /http:\S+/.exec(said) ?? [];
      if (match !== undefined) found(match);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', () => failed(new Error(`the studio ended: ${said}`)));
  });
  const welcome = await fetch(address);
  const cookie = (welcome.headers.get('set-cookie') ?? '').split(';')[0];
  const base = new URL(address).origin;
  const ask = (path, init = {}) => fetch(`${base}${path}`, { ...init, headers: { ...init.headers, cookie } });
  const slides = await (await ask('/api/slides')).json();
  if (!Array.isArray(slides)) throw new Error(`the studio has no slides: ${JSON.stringify(slides)}; ${said}`);
  const [{ id }] = slides;
  return {
    base,
    cookie,
    path: `/api/slides/${id}/edits`,
    edits: async () => (await ask(`/api/slides/${id}/edits?after=0`)).json(),
    said: () => said,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
