/** What a recipe can get wrong with a prepare step, and which slides it reads. */
import { parseClasses } from '@ftuseg/slide';
import type { StepRules } from '../../step-kind/define-step.js';
import { atKey } from '../../step-kind/settings-place.js';
import { isPicturesOnly } from './pictures-only.js';
import type { PrepareStep } from './schema.js';

export const prepareRules: StepRules<PrepareStep> = {
  slides: (step, recipe) => [{ slides: step.slides, as: isPicturesOnly(recipe, step) ? 'pictures' : 'labels' }],
  check: {
    keys(step, { file, name }) {
      const { slides, classes, micronsPerPixel, downsample, stainNormalisation, stainTarget } = step;
      if (classes !== undefined && isPicturesOnly(file.recipe, step)) {
        const problem = `does nothing: slides "${slides}" say \`labels: false\`, so that only their pictures are prepared`;
        throw file.fail(['steps', name, 'classes'], problem, 'leave it out');
      }
      if (stainTarget !== undefined && stainNormalisation === undefined) {
        throw file.fail(['steps', name, 'stainTarget'], 'does nothing without stainNormalisation');
      }
      if (micronsPerPixel === undefined || downsample === undefined) return;
      throw file.fail(['steps', name, 'downsample'], 'give micronsPerPixel or downsample, not both');
    },
    settings: ({ classes }, place) => atKey(place, ['classes'], () => void parseClasses(classes)),
  },
};
