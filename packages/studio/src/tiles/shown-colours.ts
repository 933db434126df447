/** How the colours of slides are brought to sRGB for a screen. Slides of one scanner share a profile, and what is known of its colours. */
import { FtuError, type RecolourPicture } from '@ftuseg/core';
import type { DisplayColours, displayColours, PixelColours, Slide } from '@ftuseg/slide';
import type { ProfileUse } from '../protocol/slides.js';

/** Profiles whose tables are kept, 64 MB each. */
const MAX_KEPT = 2;

type Profile = { readonly bytes: Uint8Array | undefined } | { readonly problem: string };

interface Kept {
  readonly bytes: Uint8Array;
  /** Of the slides' samples. */
  readonly own: PixelColours | undefined;
  readonly colours: DisplayColours;
}

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a === b || (a.length === b.length && a.every((octet, i) => octet === b[i]));

async function readProfile(slide: Slide): Promise<Profile> {
  try {
    return { bytes: await slide.readIccProfile?.() };
  } catch (error) {
    // A profile that cannot be one keeps nobody from looking at the slide.
    if (error instanceof FtuError && error.code === 'bad-input') return { problem: error.problem };
    throw error;
  }
}

export class ShownColours {
  /** As long as a slide is open its profile is read once. */
  readonly #profiles = new WeakMap<Slide, Promise<Profile>>();
  /** In the order of their last use. */
  readonly #kept: Kept[] = [];
  readonly #describe: typeof displayColours;

  /** @param describe of Node's or the page's library */
  constructor(describe: typeof displayColours) {
    this.#describe = describe;
  }

  /** @returns undefined where pixels are shown as the file has them */
  async recolourOf(slide: Slide): Promise<RecolourPicture | undefined> {
    const colours = await this.#of(slide);
    return colours.kind === 'converted' ? colours.recolour : undefined;
  }

  async useOf(slide: Slide): Promise<ProfileUse> {
    const colours = await this.#of(slide);
    return colours.kind === 'converted' ? { kind: 'converted', profile: colours.profile } : colours;
  }

  async #of(slide: Slide): Promise<DisplayColours> {
    let reading = this.#profiles.get(slide);
    if (reading === undefined) {
      reading = readProfile(slide);
      this.#profiles.set(slide, reading);
      reading.catch(() => this.#profiles.delete(slide));
    }
    const profile = await reading;
    if ('problem' in profile) return { kind: 'unusable', problem: profile.problem };
    const { bytes } = profile;
    return bytes === undefined ? { kind: 'none' } : this.#by(bytes, slide.info.colours);
  }

  #by(bytes: Uint8Array, own: PixelColours | undefined): DisplayColours {
    const at = this.#kept.findIndex((one) => one.own === own && same(one.bytes, bytes));
    const [found = { bytes, own, colours: this.#describe(bytes, 'the slide', own) }] =
      at < 0 ? [] : this.#kept.splice(at, 1);
    this.#kept.push(found);
    if (this.#kept.length > MAX_KEPT) this.#kept.shift();
    return found.colours;
  }
}
