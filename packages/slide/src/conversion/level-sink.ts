/** Where the tiles of levels go: a file with all of them, or one for each. */
import type { PlannedLevel } from './plan-levels.js';

export interface LevelOutput {
  /** @param tiles the next ones, row by row */
  append(tiles: readonly Uint8Array[]): Promise<void>;
  /** Called once, after the last tile. */
  finish(): Promise<void>;
}

export interface LevelSink {
  /** @param number from 0, the largest */
  begin(number: number, level: PlannedLevel): Promise<LevelOutput>;
}
