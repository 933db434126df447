/** The thread that scores: one slide after the other, so that it takes no more memory than one. */
import { parentPort, workerData } from 'node:worker_threads';
import { evaluatePredictions } from '@ftuseg/infer';
import { truthSource } from '@ftuseg/slide';
import { sentenceOf } from '../problem.js';
import type { Scored, ScoreWork } from './scores.js';

const { rows, predictions, classes }: ScoreWork = workerData;
const say = (scored: Scored): void => parentPort?.postMessage(scored);

for (const row of rows) {
  try {
    if (truthSource(row) === undefined) continue;
    const { meanDice } = await evaluatePredictions({ rows: [row], predictions, classes });
    say({ row: row.id, dice: meanDice });
  } catch (error) {
    say({ row: row.id, problem: sentenceOf(error) });
  }
}
