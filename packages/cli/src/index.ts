export { type ExitCode, type RunOptions, runFtu } from './program.js';
