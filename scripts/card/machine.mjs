/** What a report says of the machine: `ftu doctor`'s findings, and the card as the driver names it. */
import { arch, cpus, release, type } from 'node:os';
import { NotAvailable, run } from './programs.mjs';

const SHOWN = ['ftuseg', 'machine', 'prediction', 'accelerator', 'training'];

/** Reads what `ftu doctor` finds, as a map from name to finding. */
export async function readDoctor(ftu) {
  return new Map((await ftu('doctor')).map((finding) => [finding.name, finding]));
}

/** Arguments with which nvidia-smi answers about one card, as values without units. */
export const smiArguments = (id, ...facts) => [
  `--query-gpu=${facts.join()}`,
  '--format=csv,noheader,nounits',
  '-i',
  String(id),
];

/** Reads name, driver and memory of an NVIDIA card; undefined for other devices and where nvidia-smi finds none. */
export async function readCard({ kind, id }, env) {
  if (kind !== 'cuda' || id === '') return undefined;
  const { code, stdout } = await run('nvidia-smi', smiArguments(id, 'name', 'driver_version', 'memory.total'), { env });
  const [name, driver, mebibytes] = stdout.trim().split(', ');
  return code === 0 && driver !== undefined ? { name, driver, mebibytes } : undefined;
}

/**
 * Says whether the device that was asked for is in this machine: the driver names it, libtorch sees it, or some row was made on it.
 */
export function hasCard({ kind }, card, doctor, rows) {
  if (kind === 'cpu' || card !== undefined) return true;
  if (kind === 'mps' && type() === 'Darwin' && arch() === 'arm64') return true;
  if (kind === 'cuda' && /, CUDA,/.test(doctor.get('training')?.detail)) return true;
  return rows.some(({ onDevice }) => onDevice);
}

/** Makes the lines above the table: machine, card and versions. */
export function machineFacts({ doctor, card, options, env }) {
  const findings = SHOWN.flatMap((name) => doctor.get(name) ?? []).map(
    ({ name, detail, remedy }) => `${name}: ${detail}${remedy === undefined ? '' : `; ${remedy}`}`,
  );
  return [
    `system: ${type()} ${release()} ${arch()}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
    ...(card === undefined ? [] : [`card: ${card.name}, ${card.mebibytes} MiB, driver ${card.driver}`]),
    ...findings,
    ...(env.LIBTORCH ? [`LIBTORCH: ${env.LIBTORCH}`] : []),
    `asked for: ${options.device}, ${options.steps} steps of ${options.batchSize} images`,
  ];
}

/** Throws `NotAvailable` where no program says how busy a device is. */
export function requireSmi({ kind, card }) {
  if (kind === 'cpu') throw new NotAvailable('the device is the processor itself');
  if (kind === 'mps') throw new NotAvailable('nvidia-smi answers for NVIDIA cards alone');
  if (card === undefined) throw new NotAvailable('nvidia-smi is not installed, or finds no card');
}
