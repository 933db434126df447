/** What a recipe can get wrong with a prepare step, and which slides it reads. */
import { parseClasses } from '@ftuseg/slide';
import type { StepRules } from '../../step-kind/define-step.js';
import { atKey } from '../../step-kind/settings-place.js';
import type { PrepareStep } from './schema.js';

export const prepareRules: StepRules<PrepareStep> = {
  slides: ({ slides }) => [{ slides, as: 'labels' }],
  check: {
    keys({ micronsPerPixel, downsample, stainNormalisation, stainTarget }, { file, name }) {
      if (stainTarget !== undefined && stainNormalisation === undefined) {
        throw file.fail(['steps', name, 'stainTarget'], 'does nothing without stainNormalisation');
      }
      if (micronsPerPixel === undefined || downsample === undefined) return;
      throw file.fail(['steps', name, 'downsample'], 'give micronsPerPixel or downsample, not both');
    },
    settings: ({ classes }, place) => atKey(place, ['classes'], () => void parseClasses(classes)),
  },
};
