/** The package that people install: the command `ftuseg` (`ftu` for short), and the same from a program. */
export { type ExitCode, type RunOptions, runFtu } from '@ftuseg/cli';
