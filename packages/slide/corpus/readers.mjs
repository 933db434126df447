/** Processes of the corpus test: one for each of our reads, with limits, and one for the peers that answers line by line. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const script = (name) => fileURLToPath(new URL(name, import.meta.url));
const PAGE = 4096;

/** Resident bytes of a process, where the system says them. */
function residentBytes(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE;
  } catch {
    return 0;
  }
}

/**
 * Reads a file with ours.
 * @param {{ seconds: number, bytes: number, native: boolean }} limits
 * @returns what read-one.mjs printed, or `crash`, `timeout` or `memory`
 */
export function readOurs(path, pixels, { seconds, bytes, native }) {
  return new Promise((resolve) => {
    const env = { ...process.env, FTUSEG_SLIDE_NATIVE: native ? '1' : '0' };
    const child = spawn(process.execPath, [script('read-one.mjs'), path, pixels], { env });
    let text = '';
    let errors = '';
    let ended;
    child.stdout.on('data', (data) => {
      text += data;
    });
    child.stderr.on('data', (data) => {
      errors = `${errors}${data}`.slice(-2000);
    });
    const began = performance.now();
    const watch = setInterval(() => {
      const over =
        residentBytes(child.pid) > bytes
          ? 'memory'
          : performance.now() - began > 1000 * seconds
            ? 'timeout'
            : undefined;
      if (over === undefined) return;
      ended = {
        outcome: over,
        message: over === 'memory' ? `more than ${(bytes / 1e9).toFixed(1)} GB` : `more than ${seconds} s`,
      };
      child.kill('SIGKILL');
    }, 100);
    child.on('close', (code, signal) => {
      clearInterval(watch);
      if (ended !== undefined) return resolve(ended);
      try {
        resolve(JSON.parse(text));
      } catch {
        const last = errors.trim().split('\n').at(-1) ?? '';
        resolve({ outcome: 'crash', message: `${signal ?? `exit ${code}`} ${last}`.trim() });
      }
    });
  });
}

/** The peers in one process, which is started again where a file ends it. */
export class Peers {
  #child;
  #lines;
  names = [];

  async start() {
    this.#child = spawn('/usr/bin/python3', [script('peers.py')], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child.on('error', () => undefined);
    this.#child.stdin.on('error', () => undefined);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    const { value } = await this.#lines.next();
    this.names = value === undefined ? [] : JSON.parse(value).peers;
  }

  /** @returns an answer by peer; those that took more than `seconds` or fell over give none */
  async ask(request, seconds) {
    if (this.names.length === 0) return {};
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 1000 * seconds);
    const { value } = await this.#lines.next();
    clearTimeout(timer);
    if (value !== undefined) return JSON.parse(value);
    await this.start();
    return {};
  }

  stop() {
    this.#child?.kill();
  }
}
