/**
 * The false alarms that are known of a run's training slides, and which tiles to look at next. What it draws follows from the seed, and what it knows is a
 * state dict in the checkpoint: a run that was killed goes on to the same windows.
 */
import { createRandom, FtuError, mixSeeds, type Rect } from '@ftuseg/core';
import type { StateDict, StateTensor } from '@ftuseg/nn';
import { type HardPlaces, noHardPlaces } from '../sampling/hard-places.js';
import { drawSlide } from '../sampling/sampler.js';
import type { FalseAlarm } from './false-alarms.js';

/** A tile of a slide, by its number in the slide's grid. */
export interface GridTile {
  readonly slide: number;
  readonly tile: number;
}

export interface SearchedSlide {
  /** Tiles without overlap, in a fixed order. */
  readonly tiles: readonly Rect[];
  /** Share of the tiles that are looked at; 0: none of this slide. */
  readonly share: number;
}

/** What a round is to look at, and how far the walk through the slides is after it. */
export interface Round {
  readonly tiles: readonly GridTile[];
  readonly visits: Float64Array;
}

/** Share of a round that goes to the heaviest places that are known, which may have been learnt since. */
const AGAIN = 0.5;

const keyOf = ({ slide, tile }: GridTile): string => `${slide} ${tile}`;

export class HardNegatives {
  readonly #slides: readonly SearchedSlide[];
  readonly #shares: Float64Array;
  readonly #seed: number;
  /** Tiles of each slide that were walked over. */
  #visits: Float64Array;
  /** By tile; of the tiles that have any. */
  readonly #alarms = new Map<string, { readonly at: GridTile; readonly alarms: readonly FalseAlarm[] }>();
  /** The order in which the tiles of each slide are walked over, of the pass that is under way. */
  readonly #orders = new Map<number, { readonly pass: number; readonly order: readonly number[] }>();
  #found = -1;

  /** @throws FtuError 'bad-input' where there is no tile to look at */
  constructor(slides: readonly SearchedSlide[], seed: number) {
    const shares = slides.map(({ share, tiles }) => (tiles.length === 0 ? 0 : share));
    const total = shares.reduce((sum, share) => sum + share, 0);
    if (total === 0) {
      throw new FtuError('bad-input', 'there is no training slide with labels that people drew', {
        subject: 'sampling.hardNegatives',
        hint: 'leave it out, or train on labelled slides too',
      });
    }
    this.#slides = slides;
    this.#shares = Float64Array.from(shares, (share) => share / total);
    this.#seed = seed;
    this.#visits = new Float64Array(slides.length);
  }

  /** The epoch, counted from 0, after which was looked last; -1: never. */
  get found(): number {
    return this.#found;
  }

  /**
   * The tiles of the next round: first the heaviest that have false alarms, up to a half, then others in turn. Slides come as often as windows are drawn
   * of them, and every tile of a slide once before any comes twice.
   */
  nextRound(budget: number): Round {
    const known = [...this.#alarms.values()].sort((a, b) => massOf(b.alarms) - massOf(a.alarms) || before(a.at, b.at));
    const chosen = new Map(known.slice(0, Math.floor(budget * AGAIN)).map(({ at }) => [keyOf(at), at]));
    const visits = this.#visits.slice();
    // A small slide with a large share is through before the budget is.
    for (let tries = 0; chosen.size < budget && tries < 4 * budget; tries++) {
      const walked = visits.reduce((sum, count) => sum + count, 0);
      const slide = drawSlide(this.#shares, { seed: this.#seed, epoch: 0x4a2d, sample: walked });
      const visit = visits[slide] as number;
      visits[slide] = visit + 1;
      const at = { slide, tile: this.#tileOf(slide, visit) };
      chosen.set(keyOf(at), at);
    }
    // By place, so that pages of a slide are read once.
    return { tiles: [...chosen.values()].sort(before), visits };
  }

  #tileOf(slide: number, visit: number): number {
    const count = this.#slides[slide]?.tiles.length ?? 0;
    const pass = Math.floor(visit / count);
    let known = this.#orders.get(slide);
    if (known?.pass !== pass) {
      const all = Array.from({ length: count }, (_, tile) => tile);
      known = { pass, order: createRandom(mixSeeds(this.#seed, slide, pass, 0x4a2d)).shuffle(all) };
      this.#orders.set(slide, known);
    }
    return known.order[visit % count] ?? 0;
  }

  rect({ slide, tile }: GridTile): Rect {
    const found = this.#slides[slide]?.tiles[tile];
    if (found === undefined) throw new RangeError(`slide ${slide} has no tile ${tile}`);
    return found;
  }

  /** Takes what a round found in the place of what was known of its tiles. @param epoch after which it was, from 0 */
  finish(round: Round, alarms: readonly (readonly FalseAlarm[])[], epoch: number): void {
    round.tiles.forEach((at, i) => {
      const found = alarms[i] ?? [];
      if (found.length === 0) this.#alarms.delete(keyOf(at));
      else this.#alarms.set(keyOf(at), { at, alarms: found });
    });
    this.#visits = round.visits;
    this.#found = epoch;
  }

  /** Every place, in an order that depends on the places alone. */
  #sorted(): { readonly at: GridTile; readonly alarm: FalseAlarm }[] {
    return [...this.#alarms.values()]
      .sort((a, b) => before(a.at, b.at))
      .flatMap(({ at, alarms }) => alarms.map((alarm) => ({ at, alarm })));
  }

  /** What windows are drawn from. */
  places(): HardPlaces {
    const sorted = this.#sorted();
    const total = sorted.reduce((sum, { alarm }) => sum + alarm.mass, 0);
    if (total === 0) return noHardPlaces;
    let sum = 0;
    return {
      boxes: Int32Array.from(
        sorted.flatMap(({ at, alarm: { box } }) => [at.slide, box.x, box.y, box.width, box.height]),
      ),
      cumulative: Float64Array.from(sorted, ({ alarm }) => {
        sum += alarm.mass;
        return sum / total;
      }),
    };
  }

  /** Places, and the sum of their false probabilities, for the history. */
  summary(): { readonly places: number; readonly mass: number } {
    const sorted = this.#sorted();
    return { places: sorted.length, mass: sorted.reduce((sum, { alarm }) => sum + alarm.mass, 0) };
  }

  state(): StateDict {
    const sorted = this.#sorted();
    const places = sorted.flatMap(({ at, alarm: { box } }) => [at.slide, at.tile, box.x, box.y, box.width, box.height]);
    const counts = (values: Iterable<number>): BigInt64Array => BigInt64Array.from([...values].map(BigInt));
    const state: [string, StateTensor][] = [
      ['found', { dtype: 'int64', shape: [1], data: counts([this.#found]) }],
      ['visits', { dtype: 'int64', shape: [this.#visits.length], data: counts(this.#visits) }],
    ];
    if (sorted.length > 0) {
      const masses = Float32Array.from(sorted, ({ alarm }) => alarm.mass);
      state.push(['places', { dtype: 'int64', shape: [sorted.length, 6], data: counts(places) }]);
      state.push(['masses', { dtype: 'float32', shape: [sorted.length], data: masses }]);
    }
    return new Map(state);
  }

  /** @throws FtuError 'bad-input' for a state of other slides */
  restore(state: StateDict): void {
    const numbers = (name: string): number[] => Array.from(state.get(name)?.data ?? [], Number);
    const [visits, places, masses, [found = -1]] = [
      numbers('visits'),
      numbers('places'),
      numbers('masses'),
      numbers('found'),
    ];
    if (visits.length !== this.#slides.length || places.length !== 6 * masses.length) {
      throw new FtuError('bad-input', 'the hard negatives of the checkpoint are those of other slides', {
        subject: 'sampling.hardNegatives',
        hint: 'resume with the settings and the data that the run began with',
      });
    }
    this.#visits = Float64Array.from(visits);
    this.#found = found;
    this.#alarms.clear();
    masses.forEach((mass, i) => {
      const [slide = 0, tile = 0, x = 0, y = 0, width = 0, height = 0] = places.slice(6 * i, 6 * i + 6);
      const at = { slide, tile };
      const earlier = this.#alarms.get(keyOf(at))?.alarms ?? [];
      this.#alarms.set(keyOf(at), { at, alarms: [...earlier, { box: { x, y, width, height }, mass }] });
    });
  }
}

const massOf = (alarms: readonly FalseAlarm[]): number => alarms.reduce((sum, { mass }) => sum + mass, 0);
const before = (a: GridTile, b: GridTile): number => a.slide - b.slide || a.tile - b.tile;
