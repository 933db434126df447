/** In which colours the slide itself is shown, and the switch where its ICC profile changes any. */
import type { ProfileUse } from '../../protocol/slides.js';
import { sentence } from '../backend/requests.js';
import type { Studio } from '../state/studio.js';
import { coloursText } from './colour-words.js';

export function ColourSwitch({ studio, use }: { readonly studio: Studio; readonly use: ProfileUse }) {
  const { colours } = studio.layers;
  return (
    <section class="colour-switch" aria-label="Colours of the slide">
      {use.kind === 'converted' && (
        <label>
          <input
            type="checkbox"
            checked={colours.value === 'srgb'}
            onChange={(event) => {
              colours.value = event.currentTarget.checked ? 'srgb' : 'stored';
            }}
          />
          Apply the ICC profile
        </label>
      )}
      <p class={use.kind === 'unusable' ? 'warning' : 'muted'}>{sentence(coloursText(use, colours.value))}</p>
    </section>
  );
}
