/** The rows of a check: how each comes about, and the table that they make for a terminal and for a file. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotAvailable } from './programs.mjs';

/** Leaves out paths that are nobody's business. */
const without = (text, paths) => paths.reduce((rest, path) => rest.replaceAll(path, ''), text);

/**
 * Makes a row: `work` fills in `verdict` ('ok', 'FAILED' or 'measured'), `result` and, where there is one, `bound`. Where it throws, the
 * row says why.
 * @param hide paths that a report does not show
 */
export async function runRow(name, hide, work) {
  const row = { name, bound: '', verdict: 'FAILED', result: '' };
  try {
    await work(row);
  } catch (error) {
    const missing = error instanceof NotAvailable;
    Object.assign(row, {
      verdict: missing ? 'not available' : 'FAILED',
      result: without(error.message, hide),
      lines: (error.lines ?? []).map((line) => without(line, hide)),
      thrown: !missing,
    });
  }
  return row;
}

/** Says whether there is such a card, which is a failure where there is none. */
export function cardRow({ kind }, card, there) {
  const row = { name: 'card', bound: '' };
  if (kind === 'cpu') return { ...row, verdict: 'ok', result: 'the processor stands for a card' };
  if (there) return { ...row, verdict: 'ok', result: card?.name ?? `${kind}, name unknown` };
  const looked = kind === 'cuda' ? 'neither nvidia-smi nor libtorch finds one' : 'this is no Mac of Apple silicon';
  return { ...row, verdict: 'FAILED', result: `no card for "${kind}" was found: ${looked}` };
}

/** Shortens a reason that an earlier row has given. */
function withoutRepeats(rows) {
  const first = new Map();
  return rows.map((row) => {
    if (!row.thrown) return row;
    const earlier = first.get(row.result);
    if (earlier !== undefined) return { ...row, result: `for the same reason as: ${earlier}`, lines: [] };
    first.set(row.result, row.name);
    return row;
  });
}

/** Without a card nothing can be compared: the rows then say why, and the row of the card alone fails. */
export function settle(rows, there) {
  const settled = there
    ? rows
    : rows.map((row) => (row.thrown ? { ...row, verdict: 'not available', lines: [] } : row));
  return withoutRepeats(settled);
}

const HEAD = ['check', 'verdict', 'bound', 'result'];
const cellsOf = ({ name, verdict, bound, result }) => [name, verdict, bound, result.replaceAll(/\s+/g, ' ')];

/** Makes the table for a terminal; the result comes last, so that a long one wraps. */
export function tableText(rows) {
  const all = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, i) => Math.max(...all.map((cells) => cells[i].length)));
  return all.map((cells) => cells.map((cell, i) => (i < 3 ? cell.padEnd(widths[i]) : cell)).join('  ')).join('\n');
}

function markdown(facts, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const outputs = rows.flatMap(({ name, lines = [] }) =>
    lines.length === 0 ? [] : [`\n## The last lines of: ${name}\n`, '```text', ...lines, '```'],
  );
  const table = [line(HEAD), '|---|---|---|---|', ...rows.map((row) => line(cellsOf(row)))];
  return [
    '# A check of a graphics card\n',
    `${new Date().toISOString().slice(0, 10)}, by \`scripts/gpu-check\` of ftuseg; docs/gpu.md says what each row means.\n`,
    ...facts.map((fact) => `- ${fact}`),
    '',
    ...table,
    ...outputs,
    '',
  ].join('\n');
}

/** Writes `report.md` whole or not at all. @returns its path */
export function writeReport(out, facts, rows) {
  const text = markdown(facts, rows);
  const path = join(out, 'report.md');
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
  return path;
}
