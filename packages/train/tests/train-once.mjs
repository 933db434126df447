/** Trains or resumes in a process of its own, so that a test can kill it: `node train-once.mjs SETTINGS|RUN`. */
import { resumeRun, trainRun } from '../dist/index.js';

const [, , argument = ''] = process.argv;
const report = ({ kind, step }) => kind === 'step' && process.stdout.write(`step ${step}\n`);
if (argument.startsWith('{')) await trainRun(JSON.parse(argument), { onProgress: report });
else await resumeRun(argument, {}, { onProgress: report });
