/** The exit codes of a program that was told to stop, as shells know them: 128 and the number of the signal. */

/** Signals that ask a program to stop: Ctrl-C, `kill`, a closed terminal. */
export const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type StopSignal = (typeof stopSignals)[number];

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
export type StoppedCode = (typeof codes)[StopSignal];

/** @param asked the name of a system's signal, or a signal that was aborted with such a name; anything else counts as Ctrl-C */
export function stoppedCode(asked: AbortSignal | StopSignal): StoppedCode {
  const reason: unknown = typeof asked === 'string' ? asked : asked.reason;
  return codes[stopSignals.find((name) => name === reason) ?? 'SIGINT'];
}
