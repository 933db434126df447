/** Counts by command, as a table for people. */
import { commandNames } from './commands.mjs';

export function createTally() {
  const rows = new Map();
  let kills = 0;
  let failed = 0;
  return {
    get kills() {
      return kills;
    },
    get failed() {
      return failed;
    },
    add({ command }, { kills: more, problems, slowest }) {
      const row = rows.get(command) ?? { scenarios: 0, kills: 0, failed: 0, slowest: 0 };
      row.scenarios++;
      row.kills += more;
      row.slowest = Math.max(row.slowest, slowest);
      kills += more;
      if (problems.length > 0) {
        row.failed++;
        failed++;
      }
      rows.set(command, row);
    },
    table() {
      const lines = commandNames.flatMap((name) => {
        const row = rows.get(name);
        if (row === undefined) return [];
        return [[name, row.scenarios, row.kills, row.failed, `${row.slowest.toFixed(2)} s`]];
      });
      const head = ['command', 'scenarios', 'kills', 'failed', 'slowest stop'];
      const all = [head, ...lines].map((line) => line.map(String));
      const widths = head.map((_, i) => Math.max(...all.map((line) => line[i].length)));
      const text = all.map((line) =>
        line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '),
      );
      return [...text, `${kills} kills, ${failed} scenarios failed`].join('\n');
    },
  };
}
