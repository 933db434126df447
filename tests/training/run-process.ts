/** A training in a process of its own, which is killed at a step. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../packages/train/tests/train-once.mjs', import.meta.url));

/**
 * Runs until it ends, or until it has reported step `killAt`, when it is killed.
 *
 * @param argument settings as JSON, or the folder of a run that goes on
 * @returns the exit code; null if it was killed
 */
export function runProcess(argument: string, killAt?: number): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, argument], { env: { ...process.env, OMP_NUM_THREADS: '1' } });
    child.stdout.on('data', (text) => {
      const steps = [...String(text).matchAll(/step (\d+)/g)].map(([, step]) => Number(step));
      if (killAt !== undefined && steps.some((step) => step >= killAt)) child.kill('SIGKILL');
    });
    child.on('close', (code) => resolve(code));
  });
}
