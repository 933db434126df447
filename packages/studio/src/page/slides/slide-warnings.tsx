/** Over the open slide: what must be read before it is used. In a narrow window the list of slides, which says it too, is closed. */
import { counted } from '@ftuseg/core';
import type { SlideDetail } from '../../protocol/slides.js';
import { sentence } from '../backend/requests.js';

/** Open at first; who has read it folds it. */
export function SlideWarnings({ slide }: { readonly slide: SlideDetail }) {
  const { warnings = [] } = slide;
  if (warnings.length === 0) return null;
  return (
    <details class="slide-warnings" open>
      <summary class="warning">{counted(warnings.length, 'warning')}</summary>
      <ul>
        {warnings.map((warning) => (
          <li key={warning}>{sentence(warning)}</li>
        ))}
      </ul>
    </details>
  );
}
