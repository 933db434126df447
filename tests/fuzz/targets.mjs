/**
 * What is fuzzed. A target has a name, an ending for its files, originals (texts or bytes), words of its format, and `run`, which ends in a result or in
 * an FtuError. A new one is a line here, or, for a format of annotations, an original beside the others in targets/labels.mjs.
 *
 * @typedef {object} Place
 * @property {string} folder of the lane's own
 * @property {(name: string, bytes: Uint8Array) => Promise<string>} file writes a file there; its path
 *
 * @typedef {object} Target
 * @property {string} name
 * @property {string} ending
 * @property {readonly (string | Uint8Array)[] | (() => readonly (string | Uint8Array)[])} originals
 * @property {readonly string[]} [dictionary]
 * @property {number} [weight] executions for one of the others; default 1
 * @property {(bytes: Uint8Array, place: Place) => unknown} run
 */
import { labels } from './targets/labels.mjs';
import { models } from './targets/models.mjs';
import { recipes } from './targets/recipes.mjs';
import { slides } from './targets/slides.mjs';
import { tables } from './targets/tables.mjs';

/** By the module of targets/ that they are in: a lane loads no other. */
const groups = { slides, labels, tables, models, recipes };

/** @type {readonly (Target & { group: string })[]} */
export const targets = Object.entries(groups).flatMap(([group, own]) => own.map((target) => ({ ...target, group })));
