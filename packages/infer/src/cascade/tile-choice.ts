/**
 * Which tiles of a plan are computed: all that a pixel of the looked-at area is made of, so that there the probabilities are those of a prediction without
 * a cascade.
 */
import { crfHalo, type Rect } from '@ftuseg/core';
import type { Member, SlidePlan } from '../plan/plan.js';
import type { LookedAtArea } from './looked-at-area.js';

/** Interpolation between grids, and to level 0, looks so many pixels around. */
const INTERPOLATION = 2;

/** A member of a plan: its tiles column by column. */
interface Chosen {
  readonly tiles: Uint8Array;
  /** For each column, how many are chosen. */
  readonly perColumn: readonly number[];
}

export class TileChoice {
  readonly #chosen: ReadonlyMap<Member, Chosen>;
  /** Tiles of all members that are chosen; each is shown once per view. */
  readonly count: number;

  constructor(
    private readonly plan: SlidePlan,
    area: LookedAtArea,
  ) {
    this.#chosen = new Map(plan.members.map((member) => [member, chosenOf(member, plan, area)]));
    let count = 0;
    for (const { perColumn } of this.#chosen.values()) count += perColumn.reduce((sum, tiles) => sum + tiles, 0);
    this.count = count;
  }

  /** @param column and @param row indices into the member's layout */
  has(member: Member, column: number, row: number): boolean {
    return this.#of(member).tiles[column * member.layout.rows.length + row] === 1;
  }

  /** Chosen tiles of a column. */
  inColumn(member: Member, column: number): number {
    return this.#of(member).perColumn[column] ?? 0;
  }

  /** Whether every member's tiles over a part of the slide are chosen. @param rect level-0 pixels */
  covers(rect: Rect): boolean {
    return this.plan.members.every((member) => this.#coversOf(member, rect));
  }

  /** Where the chosen tiles lie, level-0 pixels. */
  *places(): Generator<Rect, void, undefined> {
    const { slide, members } = this.plan;
    for (const member of members) {
      const { columns, rows, tile } = member.layout;
      const [across, down] = [slide.width / member.grid.width, slide.height / member.grid.height];
      for (const [column, left] of columns.entries()) {
        for (const [row, top] of rows.entries()) {
          if (!this.has(member, column, row)) continue;
          yield { x: left * across, y: top * down, width: tile * across, height: tile * down };
        }
      }
    }
  }

  #coversOf(member: Member, { x, y, width, height }: Rect): boolean {
    const { grid, layout } = member;
    const { slide } = this.plan;
    const [across, down] = [grid.width / slide.width, grid.height / slide.height];
    const rows = touching(layout.rows, layout.tile, y * down, (y + height) * down);
    return touching(layout.columns, layout.tile, x * across, (x + width) * across).every((column) =>
      rows.every((row) => this.has(member, column, row)),
    );
  }

  #of(member: Member): Chosen {
    const chosen = this.#chosen.get(member);
    if (chosen === undefined) throw new RangeError('the member is of another plan');
    return chosen;
  }
}

function chosenOf(member: Member, plan: SlidePlan, area: LookedAtArea): Chosen {
  const { columns, rows, tile } = member.layout;
  const [across, down] = [plan.slide.width / member.grid.width, plan.slide.height / member.grid.height];
  const { crf } = plan.settings;
  const reach = INTERPOLATION + (crf === undefined ? 0 : crfHalo(crf));
  // Of the member's own grid and of the one where all meet, level-0 pixels.
  const aroundX = INTERPOLATION * across + (reach * plan.slide.width) / plan.grid.width;
  const aroundY = INTERPOLATION * down + (reach * plan.slide.height) / plan.grid.height;
  const tiles = new Uint8Array(columns.length * rows.length);
  const perColumn = columns.map((left, column) => {
    let count = 0;
    for (const [row, top] of rows.entries()) {
      const rect = {
        x: left * across - aroundX,
        y: top * down - aroundY,
        width: tile * across + 2 * aroundX,
        height: tile * down + 2 * aroundY,
      };
      if (!area.meets(rect)) continue;
      tiles[column * rows.length + row] = 1;
      count++;
    }
    return count;
  });
  return { tiles, perColumn };
}

/** Indices of tiles that touch a part of their axis. */
const touching = (starts: readonly number[], tile: number, from: number, to: number): number[] =>
  [...starts.entries()].filter(([, start]) => start < to && start + tile > from).map(([index]) => index);
