/** Places for maps that do not live at the same time. */

interface Piece {
  readonly start: number;
  readonly end: number;
}

const ALIGNMENT = 64;

/** Addresses are given out from a first one on; what was given back is used again, the lowest that is large enough first. */
export class Arena {
  /** Taken pieces, by address. */
  readonly #taken: Piece[] = [];
  /** The first byte beyond every piece that was ever taken. */
  end: number;

  constructor(private readonly start: number) {
    this.end = start;
  }

  take(bytes: number): number {
    let address = this.start;
    let place = 0;
    for (const piece of this.#taken) {
      if (piece.start - address >= bytes) break;
      address = Math.ceil(piece.end / ALIGNMENT) * ALIGNMENT;
      place++;
    }
    this.#taken.splice(place, 0, { start: address, end: address + bytes });
    this.end = Math.max(this.end, address + bytes);
    return address;
  }

  giveBack(address: number): void {
    const place = this.#taken.findIndex(({ start }) => start === address);
    if (place >= 0) this.#taken.splice(place, 1);
  }
}
