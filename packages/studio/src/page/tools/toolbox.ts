/** All tools, in the order of the tool bar. Their names are those of the key map's actions. */
import { makeMove } from './change/move.js';
import { makeSplit } from './change/split.js';
import { makeVertices } from './change/vertices.js';
import { makeEllipse, makeRectangle } from './draw/box-tools.js';
import { makeBrush, makeEraser } from './draw/brush.js';
import { makePolygon } from './draw/polygon.js';
import type { MakeTool, Tool, ToolContext } from './tool.js';
import { makeWand } from './wand/wand.js';

const makers: readonly MakeTool[] = [
  makeMove,
  makePolygon,
  makeRectangle,
  makeEllipse,
  makeBrush,
  makeEraser,
  makeWand,
  makeVertices,
  makeSplit,
];

export const makeTools = (context: ToolContext): readonly Tool[] => makers.map((make) => make(context));
